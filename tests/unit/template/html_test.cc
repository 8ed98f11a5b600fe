// What Go's html/template makes of texts and values, as amtool 0.33.1 renders them.
#include "template/html/escaper.h"

#include <gtest/gtest.h>

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
