"""Configurations of our own, as plain values, and what happens to them: one that is right for each kind of thing that
Alertmanager can be told, and random changes of them. Written as JSON, which YAML takes."""

import copy
import json

HTTP = {
    "follow_redirects": False,
    "enable_http2": True,
    "proxy_url": "http://proxy.example.org:3128",
    "tls_config": {"ca_file": "ca.pem", "cert_file": "c.pem", "key_file": "k.pem", "server_name": "a", "insecure_skip_verify": True,
                   "min_version": "TLS12", "max_version": "TLS13"},
    "basic_auth": {"username": "u", "password_file": "p"},
}
HTTP_NEW = {
    "authorization": {"type": "Bearer", "credentials": "c"},
    "http_headers": {"X-Team": {"values": ["a"], "secrets": ["b"], "files": ["c"]}},
    "proxy_from_environment": True,
    "proxy_connect_header": {"X-A": ["b"]},
}
OAUTH = {"oauth2": {"client_id": "i", "client_secret": "s", "token_url": "http://t", "scopes": ["a"], "endpoint_params": {"a": "b"},
                    "tls_config": {"ca_file": "f"}, "proxy_url": "http://p"}}

# By the version from which on they are known.
RECEIVERS = {
    "0.25": {
        "webhook_configs": {"url": "https://hook.example.org/a?b=c", "max_alerts": 5, "send_resolved": False, "http_config": HTTP},
        "email_configs": {"to": "a@example.org", "from": "b@example.org", "hello": "h", "smarthost": "smtp.example.org:587",
                          "auth_username": "u", "auth_password": "p", "auth_secret": "s", "auth_identity": "i",
                          "headers": {"Subject": "{{ .Status }}", "x-team": "a"}, "html": "<b>", "text": "t", "require_tls": False,
                          "tls_config": {"insecure_skip_verify": True}},
        "pagerduty_configs": {"routing_key": "r", "url": "https://events.example.org/v2", "client": "c", "client_url": "u",
                              "description": "d", "details": {"a": "b"}, "images": [{"src": "s", "alt": "a", "href": "h"}],
                              "links": [{"href": "h", "text": "t"}], "severity": "critical", "class": "c", "component": "c", "group": "g"},
        "opsgenie_configs": {"api_key": "k", "api_url": "https://api.example.org", "message": "m", "description": "d", "source": "s",
                             "details": {"a": "b"}, "entity": "e", "responders": [{"name": "n", "type": "team"}, {"id": "{{ .X }}", "type": "{{ .Y }}"}],
                             "actions": "a", "tags": "t", "note": "n", "priority": "P1", "update_alerts": True},
        "wechat_configs": {"api_secret": "s", "corp_id": "c", "api_url": "https://qy.example.org/", "message": "m", "message_type": "markdown",
                           "to_user": "u", "to_party": "p", "to_tag": "t", "agent_id": "a"},
        "slack_configs": {"api_url": "https://hooks.example.org/s", "channel": "#a", "username": "u", "color": "c", "title": "t", "title_link": "l",
                          "pretext": "p", "text": "t", "fields": [{"title": "a", "value": "b", "short": True}], "short_fields": True, "footer": "f",
                          "fallback": "f", "callback_id": "c", "icon_emoji": "e", "icon_url": "i", "image_url": "i", "thumb_url": "t",
                          "link_names": True, "mrkdwn_in": ["text"],
                          "actions": [{"type": "button", "text": "t", "url": "u", "style": "s"},
                                      {"type": "button", "text": "t", "name": "n", "value": "v", "confirm": {"text": "t", "title": "u", "ok_text": "o", "dismiss_text": "d"}}]},
        "victorops_configs": {"api_key": "k", "api_url": "https://v.example.org/", "routing_key": "r", "message_type": "WARNING",
                              "state_message": "s", "entity_display_name": "e", "monitoring_tool": "m", "custom_fields": {"a": "b"}},
        "pushover_configs": {"user_key": "u", "token": "t", "title": "t", "message": "m", "url": "u", "url_title": "t", "sound": "s",
                             "priority": "1", "retry": "1m", "expire": "1h30m", "html": True},
        "sns_configs": {"api_url": "https://sns.example.org", "sigv4": {"region": "r", "access_key": "a", "secret_key": "s", "profile": "p", "role_arn": "r"},
                        "topic_arn": "t", "subject": "s", "message": "m", "attributes": {"a": "b"}},
        "telegram_configs": {"api_url": "https://t.example.org", "bot_token": "t", "chat_id": -100123, "message": "m",
                             "disable_notifications": True, "parse_mode": "MarkdownV2"},
        "discord_configs": {"webhook_url": "https://d.example.org/x", "title": "t", "message": "m"},
        "webex_configs": {"api_url": "https://w.example.org", "message": "m", "room_id": "r", "http_config": {"authorization": {"credentials": "c"}}},
    },
    "0.33": {
        "msteams_configs": {"webhook_url": "https://m.example.org", "title": "t", "summary": "s", "text": "t"},
        "msteamsv2_configs": {"webhook_url_file": "f", "title": "t", "text": "t"},
        "jira_configs": {"api_url": "https://j.example.org", "api_type": "cloud", "project": "P", "summary": "s", "description": "d", "labels": ["a"],
                         "priority": "p", "issue_type": "Bug", "reopen_transition": "r", "resolve_transition": "r", "wont_fix_resolution": "w",
                         "reopen_duration": "1d", "fields": {"a": {"b": [1, "c", True]}}},
        "incidentio_configs": {"url": "https://i.example.org", "alert_source_token": "t", "max_alerts": 3, "timeout": "5s"},
        "rocketchat_configs": {"api_url": "https://r.example.org", "token_id": "i", "token": "t", "channel": "c", "color": "c", "title": "t",
                               "title_link": "l", "text": "t", "fields": [{"short": True, "title": "a", "value": "b"}], "short_fields": True,
                               "emoji": "e", "icon_url": "i", "image_url": "i", "thumb_url": "t", "link_names": True,
                               "actions": [{"type": "button", "text": "t", "url": "u", "msg": "m", "imageurl": "i", "iswebview": True}]},
        "mattermost_configs": {"webhook_url": "https://m.example.org", "channel": "c", "username": "u", "text": "t", "fallback": "f", "color": "c",
                               "author_name": "a", "fields": [{"title": "a", "value": "b", "short": False}],
                               "attachments": [{"text": "t", "fields": [{"title": "a", "value": "b"}], "footer": "f"}], "type": "t",
                               "props": {"card": "c"}, "priority": {"priority": "urgent", "requested_ack": True, "persistent_notifications": True}},
        "webhook_configs": {"url": "https://h.example.org/{{ .GroupLabels.a }}", "timeout": "1.5s", "payload": {"a": ["{{ .Status }}", 1]}, "http_config": HTTP_NEW},
        "email_configs": {"to": "a@example.org", "from": "b@example.org", "smarthost": "[::1]:25", "auth_password_file": "p", "auth_secret_file": "s",
                          "force_implicit_tls": True, "threading": {"enabled": True, "thread_by_date": "daily"}},
        "slack_configs": {"app_token": "t", "app_url": "https://slack.example.org/api", "channel": "c", "message_text": "m", "timeout": 5000000000},
        "pagerduty_configs": {"service_key_file": "f", "details": {"a": {"b": ["c"]}}, "timeout": "3s", "http_config": OAUTH},
        "pushover_configs": {"user_key_file": "u", "token_file": "t", "ttl": "24h", "device": "d", "monospace": True},
        "telegram_configs": {"bot_token_file": "t", "chat_id_file": "c", "message_thread_id": 4, "parse_mode": ""},
        "discord_configs": {"webhook_url_file": "f", "content": "c", "username": "u", "avatar_url": "a"},
        "sns_configs": {"phone_number": "1", "sigv4": {"external_id": "e", "service_name": "s", "use_fips_sts_endpoint": True}, "use_aws_http_client": True},
        "wechat_configs": {"api_secret_file": "s", "corp_id": "c"},
    },
}

GLOBAL = {"resolve_timeout": "3m", "smtp_smarthost": "s:25", "smtp_from": "a", "smtp_hello": "h", "smtp_auth_username": "u",
          "smtp_auth_password": "p", "smtp_auth_identity": "i", "smtp_require_tls": False, "slack_api_url": "https://s.example.org",
          "pagerduty_url": "https://p.example.org", "opsgenie_api_url": "https://o.example.org", "opsgenie_api_key": "k",
          "wechat_api_url": "https://w.example.org", "wechat_api_secret": "s", "wechat_api_corp_id": "c",
          "victorops_api_url": "https://v.example.org", "victorops_api_key": "k", "telegram_api_url": "https://t.example.org",
          "webex_api_url": "https://x.example.org", "http_config": {"bearer_token": "b"}}
GLOBAL_NEW = {"jira_api_url": "https://j.example.org", "slack_app_token": "t", "telegram_bot_token_file": "f", "rocketchat_token": "t",
              "rocketchat_token_id_file": "f", "mattermost_webhook_url": "https://m.example.org", "smtp_force_implicit_tls": True,
              "smtp_tls_config": {"min_version": "TLS12"}, "wechat_api_secret_file": "f", "smtp_auth_secret_file": "f"}

ROUTES = {
    "receiver": "r", "group_by": ["alertname", "cluster"], "group_wait": "10s", "group_interval": "1m", "repeat_interval": "4h",
    "routes": [
        {"matchers": ["severity=\"critical\"", "team=~\"a|b\"", "{x!=y,z!~\"1.*\"}"], "receiver": "r", "continue": True,
         "mute_time_intervals": ["nights"], "active_time_intervals": ["days"],
         "routes": [{"match": {"a": "b"}, "match_re": {"c": "d|e"}, "group_by": ["..."]}, {"matchers": ["foo=bar"], "group_wait": "0s"}]},
        {"matchers": [], "repeat_interval": "1d"},
    ],
}
INTERVALS = [
    {"name": "nights", "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "06:00"}, {"start_time": "22:00", "end_time": "24:00"}],
                                           "location": "Australia/Lord_Howe"}]},
    {"name": "days", "time_intervals": [{"weekdays": ["monday:friday", "sunday"], "days_of_month": ["1:15", "-3:-1"], "months": ["january:march", "5"],
                                         "years": ["2026:2030", "2040"], "location": "Europe/London"}, {}]},
]
INHIBIT = [{"source_matchers": ["severity=critical"], "target_matchers": ["severity=~\"warning|info\""], "equal": ["cluster", "alertname"]},
           {"source_match": {"a": "b"}, "source_match_re": {"c": "d.*"}, "target_match": {"e": "f"}, "target_match_re": {"g": "h"}}]


def bases():
    """(since, configuration): every kind of receiver, global setting, route, interval and inhibition."""
    minimal = {"route": {"receiver": "r"}, "receivers": [{"name": "r"}]}
    yield "0.25", minimal
    yield "0.25", dict(minimal, route=ROUTES, time_intervals=INTERVALS, inhibit_rules=INHIBIT, templates=["nothing/*.tmpl"])
    yield "0.25", dict(minimal, route=dict(ROUTES, routes=[]), mute_time_intervals=INTERVALS)
    yield "0.25", dict(minimal, **{"global": GLOBAL})
    yield "0.25", dict(minimal, **{"global": {"http_config": dict(HTTP)}})
    yield "0.25", dict(minimal, **{"global": {"http_config": dict(OAUTH)}})
    yield "0.33", dict(minimal, **{"global": GLOBAL_NEW})
    yield "0.33", dict(minimal, **{"global": {"http_config": dict(HTTP_NEW)}})
    yield "0.33", dict(minimal, inhibit_rules=[{"name": "a", "equal": ["a-b"]}], route={"receiver": "r", "group_by": ["a b"]})
    yield "0.33", dict(minimal, tracing={"endpoint": "e", "client_type": "http", "sampling_fraction": 0.5, "compression": "gzip", "timeout": "5s",
                                         "headers": {"a": {"values": ["b"]}}, "insecure": True, "tls_config": {"ca_file": "f"}},
                       event_recorder={"file_outputs": [{"path": "p"}], "webhook_outputs": [{"url": "http://w", "workers": 2, "timeout": "1s"}],
                                       "kafka_outputs": [{"brokers": ["b:1"], "topic": "t", "acks": "all"}]},
                       receivers=[{"name": "r", "labels": {"a": "b"}}])
    # What receivers take from `global`.
    inheriting = {"slack_configs": [{}], "email_configs": [{"to": "a"}], "pagerduty_configs": [{"service_key": "s"}], "opsgenie_configs": [{}],
                  "wechat_configs": [{}], "victorops_configs": [{"routing_key": "r"}]}
    yield "0.25", dict(minimal, receivers=[dict({"name": "r"}, **inheriting)], **{"global": GLOBAL})
    for since, kinds in RECEIVERS.items():
        for kind, settings in kinds.items():
            yield since, dict(minimal, receivers=[{"name": "r", kind: [settings]}])


PALETTE = [None, "", "x", 5, -1, 0, 1.5, True, False, [], {}, [None], {"a": None}, {"a": "b"}, ["a"], ["a", "a"], "0s", "5m", "1d", "-1s", "5",
           "1h30m", "http://a", "ftp://a", "http://", "http://a:b", "//a", "a:b", "a:25", ":25", "{{ .X }}", "{{ .X", "{{ x }}", "<secret>",
           "(", "a=b", "a=~\"(\"", "\"a b\"=c", "a=\"b", "a=b\\c", "true", "TLS13", "basic", "...", "-5:-1", "5:1", "monday", "32", "09:00",
           "24:00", "UTC", "Nowhere/Town", "r", "nights", [{"a": "b"}], [[]], "http://[::1]:80/", "http://a b/", "https://u:p@h/%zz", "{a=b,}", "a=,"]
NAMES = ["name", "receiver", "url", "api_url", "api_key", "api_key_file", "send_resolved", "http_config", "matchers", "match", "routes", "foo",
         "url_file", "token", "token_file", "routing_key_file", "bearer_token", "basic_auth", "authorization", "group_by", "continue", "equal",
         "sources", "time_intervals", "location", "times", "months", "headers", "timeout", "labels", "Receiver", "webhook_url_file", "app_token"]


def places(value, path=()):
    """The paths of all values inside."""
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        return
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


def mutate(configuration, draw):
    """A copy with one thing changed; `draw` is a random.Random."""
    changed = copy.deepcopy(configuration)
    path = draw.choice(list(places(changed)))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    last = path[-1]
    how = draw.randrange(6)
    if how == 0:
        del holder[last]
    elif how == 1 and isinstance(holder, dict):
        holder[draw.choice(NAMES)] = holder[last]
    elif how == 2 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[last]))
    elif how == 3 and isinstance(holder, dict):
        holder[draw.choice(NAMES)] = draw.choice(PALETTE)
    else:
        holder[last] = draw.choice(PALETTE)
    return changed


def text(configuration):
    return json.dumps(configuration, indent=1) + "\n"
