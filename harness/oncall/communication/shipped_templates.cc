#include "oncall/communication/shipped_templates.h"

#include <array>

namespace firedrill::oncall {
namespace {

// What several have in common. Outside no alert is named and no cause that is not certain.
constexpr std::string_view kShared = R"({{ define "what" -}}
{{ if .Components }}{{ join ", " .Components }}{{ else }}our service{{ end }}
{{- end }}
{{ define "next" -}}
{{ if .NextAt }} The next update comes by {{ .NextAt }}.{{ end }}
{{- end }}
{{ define "done" -}}
{{ if .Actions }} Done so far: {{ join "; " .Actions }}.{{ else }} Nothing has been done yet.{{ end }}
{{- end }}
{{ define "all_done" -}}
{{ if .Actions }} What was done: {{ join "; " .Actions }}.{{ else }} Nothing was done about it.{{ end }}
{{- end }}
{{ define "inside_next" -}}
{{ if .NextAt }} Next post by {{ .NextAt }}.{{ end }}
{{- end }})";

constexpr std::string_view kInternalP0 =
    R"({{ if eq .Kind "final" -}}
{{ .Incident }} (P0) is over, {{ .Duration }} after the first page: {{ .Title }}.{{ template "all_done" . }} Write the postmortem.
{{- else -}}
{{ .Incident }} is a P0, {{ .Status }}: {{ .Title }}. Paged at {{ .BeganAt }} by {{ join ", " .Alerts }}. {{ .Role }} works on it; hold all releases.{{ template "done" . }}{{ template "inside_next" . }}
{{- end }})";
constexpr std::string_view kInternalP1 =
    R"({{ if eq .Kind "final" -}}
{{ .Incident }} (P1) is over, {{ .Duration }} after the first page: {{ .Title }}.{{ template "all_done" . }} Write the postmortem.
{{- else -}}
{{ .Incident }} is a P1, {{ .Status }}: {{ .Title }}. Paged at {{ .BeganAt }} by {{ join ", " .Alerts }}. {{ .Role }} works on it; hold releases to what is affected.{{ template "done" . }}{{ template "inside_next" . }}
{{- end }})";
constexpr std::string_view kInternalP2 =
    R"({{ if eq .Kind "final" -}}
{{ .Incident }} (P2) is over, {{ .Duration }} after the first page: {{ .Title }}.{{ template "all_done" . }}
{{- else -}}
{{ .Incident }} is a P2, {{ .Status }}: {{ .Title }}. Paged at {{ .BeganAt }} by {{ join ", " .Alerts }}. {{ .Role }} works on it.{{ template "done" . }}{{ template "inside_next" . }}
{{- end }})";
constexpr std::string_view kInternalP3 =
    R"({{ if eq .Kind "final" -}}
{{ .Incident }} (P3) is over, {{ .Duration }} after the first page.{{ template "all_done" . }}
{{- else -}}
{{ .Incident }} is a P3, {{ .Status }}. Paged at {{ .BeganAt }} by {{ join ", " .Alerts }}. {{ .Role }} looks at it.{{ template "done" . }}{{ template "inside_next" . }}
{{- end }})";

constexpr std::string_view kExternalP0 =
    R"({{ if eq .Status "investigating" -}}
Most requests to {{ template "what" . }} fail; we were paged at {{ .BeganAt }}. We are looking for the cause, and do nothing else.{{ template "next" . }}
{{- else if eq .Status "identified" -}}
Most requests to {{ template "what" . }} fail; we were paged at {{ .BeganAt }}. We have begun to repair it.{{ template "next" . }}
{{- else if eq .Status "monitoring" -}}
What we did about the outage, for which we were paged at {{ .BeganAt }}, helps. We watch whether that lasts.{{ template "next" . }}
{{- else -}}
The outage for which we were paged at {{ .BeganAt }} is over, {{ .Duration }} later. We are sorry for it, and will write here what happened.
{{- end }})";
constexpr std::string_view kExternalP1 =
    R"({{ if eq .Status "investigating" -}}
Many requests to {{ template "what" . }} fail or take long; we were paged at {{ .BeganAt }}. We are looking for the cause.{{ template "next" . }}
{{- else if eq .Status "identified" -}}
Many requests to {{ template "what" . }} fail or take long; we were paged at {{ .BeganAt }}. We have begun to repair it.{{ template "next" . }}
{{- else if eq .Status "monitoring" -}}
What we did about the failures, for which we were paged at {{ .BeganAt }}, helps. We watch whether that lasts.{{ template "next" . }}
{{- else -}}
The failures for which we were paged at {{ .BeganAt }} are over, {{ .Duration }} later. We are sorry for them.
{{- end }})";
constexpr std::string_view kExternalP2 =
    R"({{ if eq .Status "investigating" -}}
Some requests to {{ template "what" . }} fail or take longer than usual; we were paged at {{ .BeganAt }}. We are looking for the cause.{{ template "next" . }}
{{- else if eq .Status "identified" -}}
Some requests to {{ template "what" . }} fail or take longer than usual; we were paged at {{ .BeganAt }}. We have begun to repair it.{{ template "next" . }}
{{- else if eq .Status "monitoring" -}}
What we did about the disturbance, for which we were paged at {{ .BeganAt }}, helps. We watch whether that lasts.{{ template "next" . }}
{{- else -}}
The disturbance for which we were paged at {{ .BeganAt }} is over, {{ .Duration }} later.
{{- end }})";
constexpr std::string_view kExternalP3 =
    R"({{ if eq .Status "resolved" -}}
What we were paged for at {{ .BeganAt }} is over, {{ .Duration }} later.
{{- else -}}
We look at a minor irregularity; we were paged at {{ .BeganAt }}. Few of you should notice anything.{{ template "next" . }}
{{- end }})";

constexpr std::array kTemplates{
    ShippedTemplate{"shared", kShared},          ShippedTemplate{"internal_P0", kInternalP0},
    ShippedTemplate{"internal_P1", kInternalP1}, ShippedTemplate{"internal_P2", kInternalP2},
    ShippedTemplate{"internal_P3", kInternalP3}, ShippedTemplate{"external_P0", kExternalP0},
    ShippedTemplate{"external_P1", kExternalP1}, ShippedTemplate{"external_P2", kExternalP2},
    ShippedTemplate{"external_P3", kExternalP3},
};

}  // namespace

std::span<const ShippedTemplate> shipped_templates() {
  return kTemplates;
}

}  // namespace firedrill::oncall
