#include "console/pages/markup.h"

#include <cstddef>

namespace firedrill::console::pages {

Html trusted(std::string markup) {
  Html out;
  out.text_ = std::move(markup);
  return out;
}

namespace markup {

Html fill(std::string_view layout, std::span<const std::string> values) {
  std::string out;
  for (const std::string& value : values) {
    const std::size_t at = layout.find("{}");
    out += layout.substr(0, at);
    out += value;
    layout.remove_prefix(at == std::string_view::npos ? layout.size() : at + 2);
  }
  return trusted(out += layout);
}

}  // namespace markup

namespace {

// As in RFC 3986: what may stand unescaped anywhere in an address.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~' || c == ':';
    out += plain ? std::string(1, c) : format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

std::string segment(std::string_view text) {
  return encoded(text);
}

std::string address(std::string_view path, const Query& query) {
  std::string out(path);
  char before = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    out += format("{}{}={}", before, encoded(name), encoded(value));
    before = '&';
  }
  return out;
}

Html badge(std::string_view kind, std::string_view sign, std::string_view word) {
  return html(R"(<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>)", kind, sign, word);
}

Html panel(std::string_view id, std::string_view title, const Html& body, const Html& beside_title) {
  return html(
      R"(<section class="panel" id="{}" aria-labelledby="{}-h"><div class="head"><h2 id="{}-h">{}</h2>{}</div>{}</section>
)",
      id, id, id, title, beside_title, body);
}

Html table(std::string_view name, std::span<const std::string_view> head, const std::vector<std::vector<Html>>& rows,
           std::string_view css) {
  Html out =
      html(R"(<div class="scroll" tabindex="0" role="group" aria-label="{}"><table class="{}"><thead><tr>)", name, css);
  for (const std::string_view cell : head) out += html(R"(<th scope="col">{}</th>)", cell);
  out += html("</tr></thead><tbody>");
  for (const std::vector<Html>& row : rows) {
    out += html("<tr>");
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += i == 0 ? html(R"(<th scope="row">{}</th>)", row[i]) : html("<td>{}</td>", row[i]);
    }
    out += html("</tr>");
  }
  return out + html("</tbody></table></div>");
}

}  // namespace firedrill::console::pages
