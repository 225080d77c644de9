// Draws `window.picture` as Slack would: a message with what was asked before it, or a modal or Home view.
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import "./page.css";

const { kind, blocks, before, title, close, submit, people, channels } = window.picture;
const mark =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#2b3a67"/>' +
  '<text x="18" y="26" font-family="Lato" font-size="22" fill="#fff" text-anchor="middle">§</text></svg>';
// The renderer forgets what a menu is set to, so that is drawn in the place of its placeholder.
const set = ({ element, ...block }) =>
  element?.initial_option ? { ...block, element: { ...element, placeholder: element.initial_option.text } } : { element, ...block };
const look = {
  blocks: kind === "view" ? blocks.map(set) : blocks,
  data: { users: people, channels },
  logo: `data:image/svg+xml,${encodeURIComponent(mark)}`,
  name: "Clausewise",
  theme: "light",
  time: new Date("2026-10-05T09:41:00"),
};

const Asked = ({ name, text }) => (
  <div className="asked">
    <i>{name[0]}</i>
    <div>
      <b>
        {name}
        <small>09:41</small>
      </b>
      {text}
    </div>
  </div>
);

const View = () => (
  <div className="view">
    {title && <h1>{title}</h1>}
    <Message {...look} withoutWrapper />
    {close && (
      <footer>
        <span>{close}</span>
        {submit && <span className="go">{submit}</span>}
      </footer>
    )}
  </div>
);

const Conversation = () => (
  <>
    {before && <Asked {...before} />}
    <Message {...look} />
  </>
);

createRoot(document.getElementById("root")).render(kind === "message" ? <Conversation /> : <View />);
