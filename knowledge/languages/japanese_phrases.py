"""What we say in Japanese, by name."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    # around the quotations
    "closing": "これは情報であり、法的助言ではありません。詳しくは{contact}にお尋ねください。",
    "page": "{page}ページ",
    "as_amended": "{line}（{amendment}による改正後）",
    "amendment": "{clause}、{day}発効",
    "replaced": "失効（{amendment}により置き換え）：{quotation}",
    "changes_later": "{place}は、{day}に{amendment}によって置き換えられるまで、引用のとおりです。",
    "but_see": "ただし{place}も参照してください：{quote}",
    "also": "- さらに{place}：{quote}",
    "part_missing": "{agreement}の{part}が参照されていますが、登録された文書には含まれていません。",
    "plain_words": "平易な説明（契約書の文言ではありません）：{words}。",
    "text_governs": "{text}が正文です（{place}）。",
    "quoted_as_written": "{agreements}：引用は契約書の言語（{tongue}）のままです。日本語での説明は非公式なものです。",
    # what is read off a sentence
    "for_each": "{what}：{period}",
    "addressed": "{period}（宛先：{recipient}）",
    "by_default": "{line}（別段の合意がない場合のみ）",
    "only_with_consent": "同意がある場合に限られます：{quote}",
    "not_without": "同意なしにはできません（{words}）：{quote}",
    "not_allowed": "この文言によれば認められていません：{quote}",
    "too_long": "いいえ、{asked}はできません：{longest}",
    "long_enough": "その範囲であれば可能です：{longest}",
    "only_if": "{line}。ただし次の条件に限ります：{condition}",
    "open_option": "締結時の値は登録された文書にありません。条項には未記入の選択肢{option}が残っています",
    "no_shorter": "これより短い期間の定めはありません。定めは次のとおりです：{said}",
    "report_due": "その場合でも報告書の提出は必要です：{said}",
    "silent_for": "{period}に何も届かない場合：{said}",
    "silent_for_one_of": "期間内（{periods}、{place}）に何も届かない場合：{said}",
    "names_it": "{words}を挙げています：{quote}",
    "names_not": "{quote}（明示的には挙げられていません）",
    "counted": "{deadline}：{start}（{anchor}、台帳による）から{duration}",
    "computed": "{agreement}：{led}。",
    "dated": "{day}：{said}",
    "countdown": "{day}（{today}から数えて{when}）",
    "today": "当日",
    # several agreements, several questions
    "part_of_answer": "{subject}：{line}",
    "strictest": "起算点ごとに最も厳しいもの：{parts}。{together}",
    "each_for_itself": "各契約はそれぞれ独立に適用され、互いに置き換わるものではありません。",
    "side_by_side": "{agreements}は並行して適用され、互いに置き換わるものではありません。",
    "other_by_default": "もう一方は、別段の合意がない場合にのみ適用されます。",
    "together_wording": "次の文言が求められています（契約ごとに一つ）：",
    "together_meaning": "契約ごとに意味が定められています：",
    "together_covers": "契約ごとにその文言で決まります：",
    "together": "契約ごとに示します：",
    "about_delay": "最長の延期期間",
    "about_objection": "異議申立期間",
    "about_notice": "公表前の通知",
    "about_return": "保管と廃棄",
    "about_confidentiality": "秘密保持",
    "kind_silence": "返答がない場合",
    "kind_grounds": "どのような理由で",
    "kind_prevails": "どちらの文書が優先するか",
    "kind_method": "有効な通知にあたるか",
    "kind_covers": "用語に該当するか",
    "kind_meaning": "用語の意味",
    "kind_wording": "使うべき文言",
    "kind_time": "期間",
    "kind_recipient": "宛先",
    "kind_amount": "金額・割合",
    "kind_may": "許されるか",
    "kind_must": "必要か",
    "kind_status": "契約外の事実",
    "kind_general": "その他",
    # left to people
    "liaison": "{name}さん（{agreements}の担当者）",
    "liaison_in_question": "該当する契約の担当者",
    "your_contracts_office": "所属機関の契約担当部署",
    "export_officer": "輸出管理責任者",
    "contracts_office": "契約担当部署",
    "office_of": "{office}（{name}さん）",
    "export_refer": "この判断は{office}が行います。ここに示すものは判断ではありません。文言は次のとおりです：",
    "notice_refer": "それが有効な通知にあたるかどうかは、{office}が判断します。文言は次のとおりです：",
    "channel_unnamed": "引用した文言には{channel}は挙げられていません。",
    "waiver": (
        "期間の短縮に同意できるのは、その権利を持つ当事者だけです。書面による免除を求めるよう{contact}に依頼"
        "してください。"
    ),
    "purpose_open": (
        "{purpose}によって利用が商業的なものになるかどうかは、文言には書かれていません。{contact}が判断します。"
    ),
    "this_purpose": "その事情",
    "left_open": "この文言だけでは決まらない場合は、{contact}が判断します。",
    "patent_register": "特許出願の状況は特許庁の登録情報にあります。所属機関の技術移転部署が確認できます。",
    # questions back, and no answer
    "which_party": "どの当事者の立場でのご質問ですか：{parties}。{agreement}では、それによって答えが変わります。",
    "what_about": "{names}について何をお知りになりたいですか。",
    "your_agreements": "契約",
    "choice_notice": "公表前の通知",
    "choice_objection": "異議申立期間",
    "choice_results": "成果の利用",
    "choice_confidentiality": "秘密保持",
    "choice_termination": "契約の解除",
    "nothing_found": (
        "閲覧できる契約からはお答えできません。該当する条項が見つかりませんでした（確認した文書：{looked}）。"
    ),
    "nothing_readable": "お答えできません。閲覧できる契約がありません。",
    "near": "関連はありますが、答えではありません：",
    "not_understood": (
        "このご質問は日本語では理解できませんでした。言い換えるか、英語でお尋ねいただくか、{contact}にご確認ください。"
    ),
    "understood_only": "理解できたのは次の語だけです：{words}。",
    "word": "「{word}」",
    "left_out": "理解できず、考慮していない語：{words}。",
    "only_spoken": (
        "現在の設定では、英語・ドイツ語・日本語のご質問だけを理解できます。いずれかの言語でお尋ねいただくか、"
        "{contact}にご確認ください。"
    ),
    # around an answer where it is shown in a conversation
    "question": "質問",
    "sources": "出典",
    "as_of": "{day}時点",
    "full_text": "全文",
    "asked_in": "質問された場所",
    "common_scope": "この会話の参加者全員が閲覧できる文書からお答えしています。",
    "unhelpful": "役に立たなかった",
    "ask_a_person": "担当者に尋ねる",
    "handed_over": "ご質問を{name}さんに引き継ぎました。",
    "person_answers": "{name}さんからの回答",
    "not_agreement_text": "これは担当者による回答であり、契約の文言ではありません。",
    "failed": (
        "システムの不具合により、このご質問にお答えできませんでした（参照番号：{reference}）。ご質問は保存さ"
        "れています。担当者に尋ねることもできます。"
    ),
    "paused": "現在、回答を一時停止しています。ご質問は保存されており、再開後にお答えします。",
}


# Plain words for terms of the field, by the English term: shown as explanation, never as the agreement's own.
PLAIN_WORDS: dict[str, str] = {
    "access rights": "契約に定める条件のもとで、他の当事者の成果やバックグラウンドを利用する許可",
    "background": "当事者がプロジェクトに持ち込む、既に保有していた知識・データ・ソフトウェア・権利",
    "background intellectual property": "当事者が既に保有していた、またはプロジェクトの外で得た権利",
    "confidential information": "他者に渡してはならず、合意した目的以外に使ってはならない情報",
    "embargo": "登録された文書がまだ一般に公開されない期間",
    "exploitation": "製品やさらなる研究など、プロジェクトを超えて成果を利用すること",
    "fair and reasonable conditions": "その状況で双方が受け入れられる条件（多くは金銭的な条件）",
    "field": "権利が及ぶ用途の範囲",
    "field of use": "ライセンスが及ぶ用途の範囲。その外ではライセンスによって許されることはない",
    "foreground": "プロジェクト自体から生じるもの",
    "freedom to operate": "他者の権利を侵害せずに実施できること",
    "grant-back": "改良についての権利をライセンサーに与える義務",
    "hold": "合意または契約による公表の延期",
    "improvement": "ライセンスされたものをさらに発展させたもの",
    "moratorium": "何も公表してはならない期間",
    "needed": "アクセス権の基準：それがなければ作業が不可能になるか、大幅に遅れるか、費用が大幅に増えること",
    "net sales": "契約に定める控除後の売上。ロイヤルティの計算の基礎となる",
    "publication": "契約に挙げられた形で、何かを一般に公開すること",
    "results": "プロジェクトから生じるもの",
    "sublicence": "ライセンシーが第三者に与えるライセンス",
    "territory": "ライセンスが及ぶ国",
}
