"""What payloads are compared of: configurations with a receiver for each kind, and alerts whose texts are hostile to
those who forget to escape."""

ALERTS = [
    {"labels": {"alertname": "DiskFull", "severity": "critical", "team": "a&b <shop>", "instance": "db-1:9100"},
     "annotations": {"summary": "the disk \"/\" is <b>full</b> & more", "description": "ünïcödé – line one\nline two\ttab",
                     "runbook": "https://wiki.example/?a=b&c=d#e"}},
    {"labels": {"alertname": "DiskFull", "severity": "critical", "team": "a&b <shop>", "instance": "db-2:9100", "empty": ""},
     "annotations": {"summary": "the disk \"/\" is <b>full</b> & more"}},
    {"labels": {"alertname": "DiskFull", "severity": "warning", "team": "a&b <shop>", "instance": "ü'1+1=2"}, "annotations": {}},
]

# One at least for each thing that templates can do with a notification.
TEXTS = [
    "plain text, <b>no</b> template & none",
    "{{ .Status | toUpper }}: {{ len .Alerts.Firing }} firing, {{ .Alerts.Resolved | len }} resolved",
    "{{ range .Alerts }}{{ .Labels.instance }} {{ .Status }} {{ .Annotations.summary }}; {{ end }}",
    "{{ range $i, $a := .Alerts.Firing }}{{ if $i }}, {{ end }}{{ $a.Labels.alertname }}{{ else }}none{{ end }}",
    "{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}",
    "{{ with .CommonLabels.Remove (stringSlice \"alertname\" \"team\") }}{{ .Names | join \"|\" }}{{ end }}",
    "{{ .GroupLabels.Values | join \" \" }} / {{ .CommonAnnotations.Names | join \",\" }}",
    "{{ .CommonLabels.missing }}|{{ .CommonAnnotations.summary | title }}|{{ .Receiver }}|{{ .ExternalURL }}",
    "{{ reReplaceAll \"(d)(i)\" \"$2$1\" .CommonLabels.alertname }} {{ match \"^Disk\" .CommonLabels.alertname }}",
    "{{ (index .Alerts 0).StartsAt.Format \"2006-01-02T15:04:05Z07:00\" }} {{ (index .Alerts 0).Fingerprint }}",
    "{{ template \"__subject\" . }} {{ template \"__alertmanagerURL\" . }}",
    "{{ template \"__text_alert_list\" .Alerts.Firing }}",
    "{{ define \"own\" }}[{{ . }}]{{ end }}{{ template \"own\" .Status }}{{ printf \"%q %5d %v\" .Status 7 true }}",
    "{{ if and (eq .Status \"firing\") (gt (len .Alerts) 1) }}many{{ else }}few{{ end }} {{- /* a comment */ -}} end",
    "{{ $x := .CommonLabels.severity }}{{ if not $x }}{{ $x = \"none\" }}{{ end }}{{ $x | toUpper | printf \"%-10s|\" }}",
    "{{ range .Alerts }}{{ .EndsAt.IsZero }} {{ .EndsAt.Year }} {{ end }}{{ urlquery .CommonLabels.team }} {{ html .CommonLabels.team }} {{ js .CommonLabels.team }}",
    "{{ .CommonLabels }} {{ .GroupLabels.SortedPairs }} {{ (index .Alerts 0).Labels.SortedPairs.Names }}",
]
NEW_TEXTS = [
    "{{ .CommonLabels | toJson }} {{ .NotificationReason }}",
    "{{ range .Alerts }}{{ .StartsAt | tz \"Europe/Paris\" | date \"Mon 15:04:05 MST\" }} {{ end }}",
    "{{ .CommonLabels.team | urlUnescape }} {{ trimSpace \"  a b \" }}",
    "{{ range list 1 \"two\" 3.5 }}{{ . }},{{ end }} {{ (dict \"a\" 1 \"b\" .Status) | toJson }} {{ append (list 1) 2 }}",
    "{{ humanizeDuration 3661.5 }} {{ 0.25 | humanizeDuration }}",
    "{{ .Alerts.Firing | toJson }}",
]
PAGES = [
    "<p title=\"{{ .CommonLabels.team }}\">{{ .CommonAnnotations.summary }}</p><!-- gone {{ .Status }} -->",
    "<a href=\"{{ .ExternalURL }}/x?team={{ .CommonLabels.team }}&amp;b={{ .Status }}\">{{ .CommonLabels.team }}</a>",
    "<a href='{{ .CommonAnnotations.runbook }}'>{{ .CommonAnnotations.summary | safeHtml }}</a> 1 < 2",
    "<title>{{ .CommonLabels.team }}</title><td style=\"color: {{ if eq .Status \"firing\" }}red{{ else }}green{{ end }}; width: {{ len .Alerts }}px\">x</td>",
    "<style>td { color: red; /* gone */ }</style><td bgcolor={{ .CommonLabels.alertname }}>{{ template \"__subject\" . }}</td>",
    "{{ range .Alerts }}<li>{{ .Labels.instance }} {{ .Annotations.description }}</li>{{ end }}<a href=\"{{ .CommonLabels.team }}\">t</a>",
]

# Templates are put where a field says None.
FORMS = {
    "0.25": {
        "webhook": {"send_resolved": True},
        "pagerduty": {"routing_key": "r", "client": None, "client_url": None, "description": None, "severity": None, "class": None,
                      "component": None, "group": None, "details": {"own": None, "firing": None},
                      "images": [{"src": None, "alt": None, "href": None}, {"src": "{{ .CommonLabels.missing }}", "alt": "a"}],
                      "links": [{"href": None, "text": None}]},
        "opsgenie": {"api_key": "k", "message": None, "description": None, "source": None, "details": {"own": None, "team": "x"},
                     "entity": None, "responders": [{"name": "a,b,,c", "type": "teams"}, {"username": None, "type": "user"}],
                     "actions": "one,two", "tags": "{{ .CommonLabels.severity }},,b", "note": None, "priority": "P1", "update_alerts": True},
        "wechat": {"send_resolved": True, "api_secret": "s", "corp_id": "c", "message": None, "to_user": None, "to_party": None,
                   "to_tag": None, "agent_id": "a", "message_type": "markdown"},
        "slack": {"send_resolved": True, "channel": None, "username": None, "color": None, "title": None, "title_link": None, "pretext": None,
                  "text": None, "fields": [{"title": None, "value": None, "short": True}, {"title": "b", "value": None}],
                  "short_fields": True, "footer": None, "fallback": None, "callback_id": None, "icon_emoji": None, "icon_url": None,
                  "image_url": None, "thumb_url": None, "link_names": True, "mrkdwn_in": ["text"],
                  "actions": [{"type": "button", "text": None, "url": None, "style": "danger"},
                              {"type": "button", "text": "t", "name": "n", "value": None,
                               "confirm": {"text": None, "title": None, "ok_text": "o", "dismiss_text": "d"}}]},
        "victorops": {"api_key": "k", "routing_key": "{{ .CommonLabels.alertname }}", "message_type": "{{ .CommonLabels.severity }}",
                      "state_message": None, "entity_display_name": None, "monitoring_tool": None, "custom_fields": {"own": None}},
        "sns": {"sigv4": {"region": "eu-1", "access_key": "a", "secret_key": "s"}, "topic_arn": "arn:{{ .CommonLabels.alertname }}.fifo",
                "subject": None, "message": None, "attributes": {"own": None, "b": "c"}},
        "telegram": {"bot_token": "t", "chat_id": -100123, "message": None, "disable_notifications": True, "parse_mode": "MarkdownV2"},
        "discord": {"title": None, "message": None},
        "webex": {"room_id": None, "message": None, "http_config": {"authorization": {"credentials": "c"}}},
        "email": {"send_resolved": True, "from": "alerts@example.org", "hello": "h", "require_tls": False,
                  "headers": {"Subject": None, "x-team": "{{ .CommonLabels.team }}"}, "text": None, "html": "PAGE"},
    },
    "0.33": {
        "webhook": {"payload": {"a": None, "b": ["{{ .Status }}", 1, True, None, {"c": "{{ len .Alerts }}"}], "{{ .Status }}": "null",
                                "list": "[1, \"a\", {{ .Alerts | len }}]", "labels": "{{ .CommonLabels | toJson }}"}, "send_resolved": True},
        "pagerduty": {"routing_key": "r", "source": None, "details": {"nested": {"x": [None, "{{ len .Alerts }}"]}, "n": 5, "own": None}},
        "slack": {"send_resolved": True, "message_text": None, "text": None},
        "telegram": {"bot_token": "t", "chat_id": 5, "message_thread_id": 4, "message": "PAGE"},
        "discord": {"title": None, "message": None, "content": None, "username": "u", "avatar_url": "https://a.example/"},
        "msteams": {"title": None, "summary": None, "text": None},
        "msteamsv2": {"title": None, "text": None},
        "jira": {"project": "P", "issue_type": "Bug", "summary": None, "description": None, "labels": ["{{ .CommonLabels.alertname }}", "a"],
                 "priority": "{{ template \"jira.default.priority\" . }}", "resolve_transition": "Done", "reopen_transition": "Done",
                 "wont_fix_resolution": "no", "reopen_duration": "1h", "fields": {"customfield_1": {"value": None}, "n": 5, "l": ["{{ .Status }}"]}},
        "incidentio": {"alert_source_token": "t", "max_alerts": 1},
        "rocketchat": {"send_resolved": True, "token_id": "i", "token": "t", "channel": None, "color": None, "title": None, "title_link": None,
                       "text": None, "fields": [{"short": True, "title": None, "value": None}, {"title": "x", "value": "y"}],
                       "short_fields": True, "emoji": None, "icon_url": None, "image_url": None, "thumb_url": None,
                       "actions": [{"type": "button", "text": None, "url": None, "msg": "m"}]},
        "mattermost": {"channel": None, "username": None, "text": None, "icon_url": None, "icon_emoji": None,
                       "attachments": [{"text": None, "fallback": None, "color": None, "pretext": None, "author_name": None, "title": None,
                                        "title_link": None, "fields": [{"title": None, "value": None, "short": False}, {"title": "t", "value": "v"}],
                                        "footer": None, "image_url": None}],
                       "type": None, "props": {"card": None},
                       "priority": {"priority": "URGENT", "requested_ack": True, "persistent_notifications": True}},
        "email": {"from": "alerts@example.org", "hello": "h", "require_tls": False, "send_resolved": True,
                  "threading": {"enabled": True, "thread_by_date": "none"}, "html": "", "text": None},
    },
}
# What has no default.
LEAST = {"pagerduty": {"routing_key": "r"}, "opsgenie": {"api_key": "k"}, "wechat": {"api_secret": "s", "corp_id": "c", "send_resolved": True},
         "slack": {"send_resolved": True}, "victorops": {"api_key": "k", "routing_key": "r"}, "telegram": {"bot_token": "t", "chat_id": 1},
         "sns": {"sigv4": {"region": "eu-1", "access_key": "a", "secret_key": "s"}, "phone_number": "+1"}, "webhook": {}, "discord": {},
         "webex": {"room_id": "r", "http_config": {"authorization": {"credentials": "c"}}}, "msteams": {}, "msteamsv2": {},
         "jira": {"project": "P", "issue_type": "Bug", "resolve_transition": "Done"}, "incidentio": {"alert_source_token": "t"},
         "rocketchat": {"token_id": "i", "token": "t", "send_resolved": True}, "mattermost": {},
         "email": {"from": "alerts@example.org", "require_tls": False, "send_resolved": True}}
ADDRESS = {"webhook": "url", "pagerduty": "url", "incidentio": "url", "discord": "webhook_url", "msteams": "webhook_url",
           "msteamsv2": "webhook_url", "mattermost": "webhook_url"}  # the others: api_url


def filled(form, draw, texts):
    if form is None:
        return draw.choice(texts)
    if form == "PAGE":
        return draw.choice(PAGES)
    if isinstance(form, dict):
        return {key: filled(value, draw, texts) for key, value in form.items()}
    if isinstance(form, list):
        return [filled(value, draw, texts) for value in form]
    return form


def pointed(kind, settings, receiver, web, mail):
    out = dict(settings)
    if kind == "email":
        out.update({"to": f"{receiver}@example.org", "smarthost": mail.smarthost()})
    else:
        out[ADDRESS.get(kind, "api_url")] = web.address(receiver) + ("/" if kind not in ("jira",) else "/rest/api/2")
    return out


def configuration(version, draw, rounds, web, mail):
    """Each kind with its defaults, and `rounds` times with templates in all its fields."""
    versions = [each for each in FORMS if each <= version]
    kinds = sorted({kind for each in versions for kind in FORMS[each]})
    texts = TEXTS + (NEW_TEXTS if version >= "0.33" else [])
    receivers = []
    for kind in kinds:
        made = [LEAST[kind]]
        for _ in range(rounds):
            made += [filled(FORMS[each][kind], draw, texts) for each in versions if kind in FORMS[each]]
        for i, settings in enumerate(made):
            name = f"{kind}-{i}"
            receivers.append({"name": name, f"{kind}_configs": [pointed(kind, settings, name, web, mail)]})
    routes = [{"receiver": each["name"], "continue": True} for each in receivers]
    return {"route": {"receiver": receivers[0]["name"], "group_by": ["alertname"], "group_wait": "1s", "group_interval": "3s",
                      "repeat_interval": "1h", "routes": routes},
            "receivers": receivers}


def pushes():
    """Two fire, which began less than group_wait ago; one resolves while a third begins; all are over. Times since Alertmanager's
    start."""
    at = lambda alert, starts, ends=None: {**ALERTS[alert], "starts_at": starts, **({"ends_at": ends} if ends else {})}
    return [{"at": 3.0, "alerts": [at(0, 2.75), at(1, 2.875)]},
            {"at": 5.5, "alerts": [at(0, 2.75, 5.0), at(2, 5.25)]},
            {"at": 8.5, "alerts": [at(1, 2.875, 8.0), at(2, 5.25, 8.25)]}]
