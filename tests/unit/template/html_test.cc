// What Go's html/template makes of texts and values, as amtool 0.33.1 renders them.
#include "template/html/escaper.h"

#include <gtest/gtest.h>

#include "template/html/check.h"
#include "template/template_set.h"

namespace firedrill::templates {
namespace {

// The data: two texts, an address, a style.
std::string rendered(const std::string& text) {
  TemplateSet set;
  if (const auto added = set.add("", text); !added) return "refused: " + added.error();
  ValueMap data;
  data["X"] = make_text("a<b> & \"c\" 'd' +e=f");
  data["H"] = make_text("<b>bold</b>", types::html);
  data["U"] = make_text("https://x.example/p?q=1&r=\"s\"");
  data["J"] = make_text("javascript:alert(1)");
  html::Escaper escaper;
  const auto result = set.execute("", make_map(std::move(data)), {.output = &escaper});
  return result ? *result : "refused: " + result.error();
}

TEST(Html, IsEscapedByWhereAValueStands) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<p>{{ .X }}</p>", "<p>a&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39; &#43;e=f</p>"},
      {"<p>{{ .H }}</p>", "<p><b>bold</b></p>"},
      {"<p title=\"{{ .X }}\">", "<p title=\"a&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39; &#43;e=f\">"},
      {"<p title=\"{{ .H }}\">", "<p title=\"bold\">"},
      {"<p title={{ .X }}>", "<p title=a&lt;b&gt;&#32;&amp;&#32;&#34;c&#34;&#32;&#39;d&#39;&#32;&#43;e&#61;f>"},
      {"<p title={{ print }} id=a>", "<p title=ZgotmplZ id=a>"},
      {"<a href=\"{{ .U }}\">", "<a href=\"https://x.example/p?q=1&amp;r=%22s%22\">"},
      {"<a href=\"{{ .J }}\">", "<a href=\"#ZgotmplZ\">"},
      {"<a href=\"{{ print `https://x/%20%aF%0f%zz%2` }}\">", "<a href=\"https://x/%20%aF%0f%25zz%252\">"},
      {"<a href=\"/x?y={{ .U }}\">", "<a href=\"/x?y=https%3a%2f%2fx.example%2fp%3fq%3d1%26r%3d%22s%22\">"},
      {"<a href=\"/x?y={{ .U | urlquery }}\">", "<a href=\"/x?y=https%3A%2F%2Fx.example%2Fp%3Fq%3D1%26r%3D%22s%22\">"},
      {"<title>{{ .H }}</title>", "<title>&lt;b&gt;bold&lt;/b&gt;</title>"},
      {"<p>{{ .X | html }}</p>", "<p>a&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39; +e=f</p>"},
      {"<td style=\"width: {{ 5 }}px; color: {{ .X }}\">", "<td style=\"width: 5px; color: ZgotmplZ\">"},
      {"1 < 2<!-- gone {{ .X }} --><br/>", "1 &lt; 2<br/>"},
      {"<!DOCTYPE html><p>{{ 1 }}", "<!DOCTYPE html><p>1"},
      {"<style>p > a { color: red }</style>{{ .X }}",
       "<style>p > a { color: red }</style>a&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39; &#43;e=f"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(rendered(text), expected) << text;
}

// What Go refuses before it executes any of it, in branches that no data takes too.
std::string fault(const std::string& text, const std::string& more = "") {
  TemplateSet set;
  if (!more.empty() && !set.add("more", more)) return "does not parse";
  if (!set.add("", text)) return "does not parse";
  return html::fault_of(set.definitions(), "", GoVersion::go1_24).value_or("none");
}

TEST(Html, IsLookedAtBeforeItIsExecuted) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<p>{{ if .A }}<b>x</b>{{ else }}y{{ end }}</p>", "none"},
      {"<p {{ if .A }}id=a{{ end }}>x</p>", "html/template::1:9: {{if}} branches end in different contexts"},
      {"<p{{ if .A }} title=\"a\"{{ end }}>", "none"},
      {"<a href=\"{{ if .A }}/a{{ else }}/b{{ end }}?q={{ .X }}\">", "none"},
      {"{{ range .L }}<i>{{ . }}</i>{{ if . }}{{ break }}{{ end }}, {{ else }}none{{ end }}", "none"},
      {"{{ $x := .A }}{{ with $x }}<br/>{{ end }}", "none"},
      {"{{ if .A }}<a href=\"{{ end }}x", "html/template::1:6: {{if}} branches end in different contexts"},
      {"x\n {{ if .A }}<p title=\"{{ end }}\">", "html/template::2:7: {{if}} branches end in different contexts"},
      {"{{ with .A }}<!-- {{ end }}", "{{with}} branches end in different contexts"},
      {"{{ range .L }}<p title='{{ end }}", "{{range}} branches end in different contexts"},
      {"{{ range .L }}<p>{{ if . }}{{ break }}{{ end }}<p title='{{ . }}'>{{ end }}", "none"},
      {"{{ range .L }}<p title='{{ if . }}{{ break }}{{ end }}'>{{ end }}", "{{range}} branches end in different"},
      {"<p title=\"{{ .X }}", "ends in a non-text context"},
      {"{{ if .A }}{{ .X | html | print }}{{ end }}", "predefined escaper \"html\" disallowed in template"},
      {"{{ if .A }}<script>{{ .X }}</script>{{ end }}", "a value in a script is not rendered here"},
      {"<a href=\"{{ if .A }}/a{{ else }}/b?{{ end }}{{ .X }}\">", "ambiguous context within a URL"},
      {"{{ if .A }}{{ template \"none\" . }}{{ end }}", "no such template \"none\""},
  };
  for (const auto& [text, expected] : cases) EXPECT_TRUE(fault(text).contains(expected)) << text << "\n" << fault(text);
}

TEST(Html, IsLookedAtInWhatItCalls) {
  EXPECT_EQ(fault("<p>{{ template \"a\" . }}</p>", "{{ define \"a\" }}<b>{{ . }}</b>{{ end }}"), "none");
  EXPECT_EQ(fault("{{ template \"a\" . }}\">", "{{ define \"a\" }}<p title=\"{{ . }}{{ end }}"), "none");
  EXPECT_TRUE(fault("{{ template \"a\" . }}", "\n{{ define \"a\" }}{{ if . }}<p title=\"{{ end }}{{ end }}")
                  .starts_with("html/template:more:2:22: {{if}} branches end in different contexts"));
  EXPECT_EQ(
      fault("{{ template \"a\" . }}", "{{ define \"a\" }}{{ if .X }}<i>{{ template \"a\" .X }}</i>{{ end }}{{ end }}"),
      "none");
  EXPECT_TRUE(fault("{{ template \"a\" . }}",
                    "{{ define \"a\" }}{{ if .X }}{{ template \"a\" .X }}{{ end }}<p title=\"{{ end }}")
                  .contains("cannot compute output context for template a"));
}

TEST(Html, IsRefusedWhereAValueCouldDoHarm) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"<script>{{ .X }}</script>", "a value in a script is not rendered here"},
      {"<p onclick=\"{{ .X }}\">", "a value in a script is not rendered here"},
      {"<img srcset=\"{{ .X }}\">", "a value in an attribute srcset is not rendered here"},
      {"<p {{ .X }}=\"a\">", "a value in the name of an attribute is not rendered here"},
      {"<td style=\"background: url({{ .X }})\">", "a value in an address in a style is not rendered here"},
      {"<p title=\"{{ .X }}", "ends in a non-text context"},
      {"{{ .X | html | print }}", "predefined escaper \"html\" disallowed in template"},
  };
  for (const auto& [text, expected] : cases) EXPECT_TRUE(rendered(text).contains(expected)) << rendered(text);
}

}  // namespace
}  // namespace firedrill::templates
