#include "notify/payload/defaults/defaults.h"

#include <string_view>

#include "base/text/format.h"

namespace firedrill::notify {
namespace {

std::string defined(std::string_view name, std::string_view text) {
  std::string out = "{{ define \"";
  out += name;
  out += "\" }}";
  out += text;
  out += "{{ end }}\n";
  return out;
}

// One that is another by a second name.
std::string same(std::string_view name, std::string_view as) {
  std::string out = "{{ template \"";
  out += as;
  out += "\" . }}";
  return defined(name, out);
}

// Lines of the pairs of a set, each with what stands before it.
std::string lines(std::string_view pairs, std::string_view before) {
  std::string out = "{{ range .";
  out += pairs;
  out += ".SortedPairs }}";
  out += before;
  out += "{{ .Name }} = {{ .Value }}\n{{ end }}";
  return out;
}

std::string subject() {
  return "{{ $common := .CommonLabels.Remove .GroupLabels.Names }}[{{ toUpper .Status }}"
         "{{ if eq .Status \"firing\" }}:{{ len .Alerts.Firing }}{{ end }}] {{ join \" \" .GroupLabels.Values }} "
         "{{ if gt (len .CommonLabels) (len .GroupLabels) }}({{ join \" \" $common.Values }}){{ end }}";
}

std::string alert_list() {
  return "{{ range . }}Labels:\n" + lines("Labels", " - ") + "Annotations:\n" + lines("Annotations", " - ") +
         "Source: {{ .GeneratorURL }}\n{{ end }}";
}

std::string markdown_alert_list() {
  return "{{ range . }}\nLabels:\n" + lines("Labels", "  - ") + "\nAnnotations:\n" + lines("Annotations", "  - ") +
         "\nSource: {{ .GeneratorURL }}\n{{ end }}\n";
}

constexpr std::string_view kAnnotations = "{{ join \" \" .CommonAnnotations.Values }}\n";

// The firing and the resolved alerts, one below the other.
std::string dense_sections() {
  return "{{ with .Alerts.Firing }}Alerts Firing:\n{{ template \"__text_alert_list\" . }}{{ end }}\n"
         "{{ with .Alerts.Resolved }}Alerts Resolved:\n{{ template \"__text_alert_list\" . }}{{ end }}";
}

// The same with empty lines between.
std::string loose_sections(std::string_view mark = "", std::string_view list = "__text_alert_list") {
  std::string out;
  for (const std::string_view status : {"Firing", "Resolved"}) {
    out += "{{ with .Alerts.";
    out += status;
    out += " }}\n";
    out += mark;
    out += "Alerts ";
    out += status;
    out += ":\n{{ template \"";
    out += list;
    out += "\" . }}\n{{ end }}\n";
  }
  return out;
}

std::string markdown_sections() {
  return "\n" + loose_sections("# ", "__text_alert_list_markdown");
}

std::string color() {
  return "{{ if eq .Status \"firing\" }}danger{{ else }}good{{ end }}";
}

// The gravest severity of what fires; of what is resolved if nothing of that has one.
std::string jira_priority() {
  return R"({{ $found := "" }}{{ range list .Alerts.Firing .Alerts.Resolved }}{{ if not $found }}{{ range . -}}
{{ $severity := .Labels.severity -}}
{{ if eq $severity "critical" }}{{ $found = "High" -}}
{{ else if and (eq $severity "warning") (ne $found "High") }}{{ $found = "Medium" -}}
{{ else if and (eq $severity "info") (not $found) }}{{ $found = "Low" }}{{ end -}}
{{ end }}{{ end }}{{ end }}{{ $found }})";
}

// What both versions have.
std::string common_templates() {
  std::string out = defined("__alertmanager", "Alertmanager");
  out += defined("__alertmanagerURL", "{{ .ExternalURL }}/#/alerts?receiver={{ .Receiver | urlquery }}");
  out += defined("__subject", subject()) + defined("__description", "");
  out += defined("__text_alert_list", alert_list());
  for (const std::string_view name :
       {"slack.default.title", "pagerduty.default.description", "opsgenie.default.message",
        "victorops.default.entity_display_name", "email.default.subject", "pushover.default.title",
        "sns.default.subject", "discord.default.title"}) {
    out += same(name, "__subject");
  }
  for (const std::string_view name :
       {"slack.default.username", "pagerduty.default.client", "victorops.default.monitoring_tool"}) {
    out += same(name, "__alertmanager");
  }
  for (const std::string_view name :
       {"slack.default.titlelink", "pagerduty.default.clientURL", "opsgenie.default.source", "pushover.default.url"}) {
    out += same(name, "__alertmanagerURL");
  }
  for (const std::string_view name :
       {"slack.default.callbackid", "slack.default.pretext", "slack.default.iconemoji", "slack.default.iconurl",
        "slack.default.text", "slack.default.footer", "wechat.default.to_user", "wechat.default.to_party",
        "wechat.default.to_tag", "wechat.default.agent_id"}) {
    out += defined(name, "");
  }
  out += defined("slack.default.fallback",
                 R"({{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }})");
  out += same("pagerduty.default.instances", "__text_alert_list");
  const std::string annotations(kAnnotations);
  for (const std::string_view name : {"opsgenie.default.description", "victorops.default.state_message"}) {
    out += defined(name, annotations + dense_sections());
  }
  out += defined("wechat.default.message", "{{ template \"__subject\" . }}\n" + annotations + dense_sections() +
                                               "\nAlertmanagerUrl:\n{{ template \"__alertmanagerURL\" . }}");
  for (const std::string_view name : {"pushover.default.message", "sns.default.message", "webex.default.message"}) {
    out += defined(name, annotations + loose_sections());
  }
  for (const std::string_view name : {"telegram.default.message", "discord.default.message"}) {
    out += defined(name, "\n" + loose_sections());
  }
  return out;
}

// What came after 0.25.
std::string newer_templates() {
  std::string out = defined("__text_alert_list_markdown", markdown_alert_list());
  out += defined("slack.default.color", color()) + defined("mattermost.default.color", color());
  for (const std::string_view name : {"msteams.default.summary", "msteams.default.title", "msteamsv2.default.title",
                                      "jira.default.summary", "rocketchat.default.title", "mattermost.default.title"}) {
    out += same(name, "__subject");
  }
  for (const std::string_view name : {"rocketchat.default.alias", "mattermost.default.username"}) {
    out += same(name, "__alertmanager");
  }
  for (const std::string_view name : {"rocketchat.default.titlelink", "mattermost.default.titlelink"}) {
    out += same(name, "__alertmanagerURL");
  }
  for (const std::string_view name :
       {"msteams.default.text", "msteamsv2.default.text", "jira.default.description", "mattermost.default.text"}) {
    out += defined(name, markdown_sections());
  }
  for (const std::string_view name : {"discord.default.content", "rocketchat.default.emoji",
                                      "rocketchat.default.iconurl", "rocketchat.default.text"}) {
    out += defined(name, "");
  }
  out += defined("mattermost.default.fallback",
                 R"({{ template "mattermost.default.title" . }} | {{ template "mattermost.default.titlelink" . }})");
  out += defined("jira.default.priority", jira_priority());
  return out;
}

}  // namespace

std::string default_templates(Version version) {
  std::string out = common_templates() + default_mail_template();
  if (version >= Version::v0_33) out += newer_templates();
  return out;
}

}  // namespace firedrill::notify
