#include "notify/payload/defaults/defaults.h"

namespace firedrill::notify {
namespace {

// A block for each alert of the dot.
constexpr std::string_view kAlerts = R"({{ range . }}
<div style="margin: 0 0 16px; padding: 8px 12px; border: 1px solid #d0d4da;">
<p style="margin: 4px 0;"><b>Labels</b></p>
<p style="margin: 4px 0;">{{ range .Labels.SortedPairs }}{{ .Name }} = {{ .Value }}<br>
{{ end }}</p>
{{ if .Annotations }}<p style="margin: 4px 0;"><b>Annotations</b></p>
<p style="margin: 4px 0;">{{ range .Annotations.SortedPairs }}{{ .Name }} = {{ .Value }}<br>
{{ end }}</p>
{{ end }}<p style="margin: 4px 0;"><a href="{{ .GeneratorURL }}">Source</a></p>
</div>
{{ end }})";

constexpr std::string_view kHead = R"({{ define "email.default.html" }}<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{{ template "__subject" . }}</title>
</head>
<body style="margin: 0; padding: 16px; font-family: sans-serif; font-size: 14px; color: #1c2024;">
<div style="max-width: 640px; margin: 0 auto;">
<h1 style="font-size: 18px; padding: 12px; color: #ffffff; background: {{ if .Alerts.Firing }}#b3261e{{ else }}#2e7d32{{ end }};">
{{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }} for {{ range .GroupLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}
</h1>
<p><a href="{{ template "__alertmanagerURL" . }}">View in {{ template "__alertmanager" . }}</a></p>
)";

constexpr std::string_view kFoot =
    R"(<p style="font-size: 12px;"><a href="{{ .ExternalURL }}">Sent by {{ template "__alertmanager" . }}</a></p>
</div>
</body>
</html>
{{ end }}
)";

}  // namespace

std::string default_mail_template() {
  std::string out(kHead);
  out += R"({{ with .Alerts.Firing }}<h2 style="font-size: 16px;">[{{ len . }}] Firing</h2>)";
  out += kAlerts;
  out += R"({{ end }}{{ if and .Alerts.Firing .Alerts.Resolved }}<hr>
{{ end }}{{ with .Alerts.Resolved }}<h2 style="font-size: 16px;">[{{ len . }}] Resolved</h2>)";
  out += kAlerts;
  out += "{{ end }}";
  out += kFoot;
  return out;
}

}  // namespace firedrill::notify
