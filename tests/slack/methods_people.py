"""auth.*, team.*, bots.*, users.*, usergroups.*: who is who."""

from __future__ import annotations

from .arguments import Arguments, Method, page
from .world import Json, SlackError, World


def auth_test(world: World, arguments: Arguments) -> Json:
    return {
        "url": "https://stand-in.slack.com/",
        "team": "Stand-in",
        "team_id": world.team,
        "user": world.app_name,
        "user_id": world.bot_user,
        "bot_id": world.bot,
        "is_enterprise_install": False,
    }


def api_test(world: World, arguments: Arguments) -> Json:
    error = arguments.text("error")
    values = {name: value for name, value in arguments.values.items() if name != "token"}
    if error:
        raise SlackError(error, args=values)
    return {"args": values}


def team_info(world: World, arguments: Arguments) -> Json:
    return {"team": {"id": world.team, "name": "Stand-in", "domain": "stand-in", "email_domain": "", "icon": {}}}


def bots_info(world: World, arguments: Arguments) -> Json:
    if arguments.text("bot") not in {"", world.bot}:
        raise SlackError("bot_not_found")
    bot = {"id": world.bot, "deleted": False, "name": world.app_name, "updated": 1700000000}
    return {"bot": bot | {"app_id": world.app, "user_id": world.bot_user, "icons": {}}}


def users_info(world: World, arguments: Arguments) -> Json:
    user = world.users.get(arguments.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    email = arguments.may("users:read.email")
    return {"user": user.shown(world.team, email=email, locale=arguments.flag("include_locale"))}


def users_list(world: World, arguments: Arguments) -> Json:
    email, locale = arguments.may("users:read.email"), arguments.flag("include_locale")
    chosen, following = page(sorted(world.users.values(), key=lambda user: user.id), arguments, 1000, 1000)
    members = [user.shown(world.team, email=email, locale=locale) for user in chosen]
    return {"members": members, "cache_ts": int(world.clock()), "response_metadata": {"next_cursor": following}}


def lookup_by_email(world: World, arguments: Arguments) -> Json:
    email = arguments.needed("email").lower()
    for user in world.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": user.shown(world.team, email=True, locale=False)}
    raise SlackError("users_not_found")


def usergroups_list(world: World, arguments: Arguments) -> Json:
    shown = []
    for group in world.usergroups.values():
        if group.disabled and not arguments.flag("include_disabled"):
            continue
        entry: Json = {"id": group.id, "team_id": world.team, "is_usergroup": True, "handle": group.handle}
        entry |= {
            "name": group.name or group.handle,
            "date_delete": int(group.disabled),
            "user_count": len(group.users),
        }
        shown.append(entry | ({"users": list(group.users)} if arguments.flag("include_users") else {}))
    return {"usergroups": shown}


def usergroups_users(world: World, arguments: Arguments) -> Json:
    group = world.usergroups.get(arguments.needed("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    if group.disabled and not arguments.flag("include_disabled"):
        raise SlackError("subteam_disabled" if group.disabled else "no_such_subteam")
    return {"users": list(group.users)}


METHODS = {
    "auth.test": Method(auth_test),
    "api.test": Method(api_test, token="none"),  # needs no token
    "team.info": Method(team_info, ("team:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",)),
    "usergroups.list": Method(usergroups_list, ("usergroups:read",)),
    "usergroups.users.list": Method(usergroups_users, ("usergroups:read",)),
}
