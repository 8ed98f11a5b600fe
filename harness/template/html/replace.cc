#include "template/html/replace.h"

#include <algorithm>

#include "base/text/format.h"
#include "template/format/unicode.h"
#include "template/html/context.h"

namespace firedrill::templates::html {
namespace {

// Empty: it stays.
std::string_view reference(char32_t c, bool normalizes) {
  switch (c) {
    case U'\0':
      return "\xef\xbf\xbd";
    case U'"':
      return "&#34;";
    case U'\'':
      return "&#39;";
    case U'+':
      return "&#43;";
    case U'<':
      return "&lt;";
    case U'>':
      return "&gt;";
    case U'&':
      return normalizes ? "" : "&amp;";
    default:
      return {};
  }
}

std::string_view reference_unquoted(char32_t c, bool normalizes) {
  switch (c) {
    case U'\0':
      return "&#xfffd;";
    case U'\t':
      return "&#9;";
    case U'\n':
      return "&#10;";
    case U'\v':
      return "&#11;";
    case U'\f':
      return "&#12;";
    case U'\r':
      return "&#13;";
    case U' ':
      return "&#32;";
    case U'=':
      return "&#61;";
    case U'`':
      return "&#96;";
    default:
      return reference(c, normalizes);
  }
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_plain_in_url(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-._~").contains(c);
}

// One character of a value of a style, its escape read: \3c is <.
std::string without_css_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    if (!is_hex(text[i + 1])) {
      out += text[++i];
      continue;
    }
    std::size_t end = i + 1;
    while (end < text.size() && end < i + 7 && is_hex(text[end])) ++end;
    append_rune(out, static_cast<char32_t>(std::stoul(std::string(text.substr(i + 1, end - i - 1)), nullptr, 16)));
    if (end < text.size() && std::string_view(" \t\n\f\r").contains(text[end])) ++end;
    i = end - 1;
  }
  return out;
}

}  // namespace

std::string replace_markup(std::string_view text, Quotes quotes, bool normalizes) {
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const Rune rune = decode_rune(rest);
    const std::string_view replacement =
        quotes == Quotes::quoted ? reference(rune.rune, normalizes) : reference_unquoted(rune.rune, normalizes);
    const bool odd = (rune.rune >= 0xfdd0 && rune.rune <= 0xfdef) || (rune.rune >= 0xfff0 && rune.rune <= 0xffff);
    if (!replacement.empty()) {
      out += replacement;
    } else if (quotes == Quotes::unquoted && odd) {
      out += format("&#x{:x};", static_cast<std::uint32_t>(rune.rune));
    } else {
      out += rest.substr(0, rune.length);
    }
    rest.remove_prefix(rune.length);
  }
  return out;
}

std::string encode_url(std::string_view text, bool normalizes) {
  constexpr std::string_view kMeaningful = "!#$&*+,/:;=?@[]";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool encoded = c == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
    if (is_plain_in_url(c) || (normalizes && (encoded || kMeaningful.contains(c)))) {
      out += c;
    } else {
      out += format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string filter_url(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.substr(0, colon).contains('/')) return std::string(text);
  const std::string scheme = to_lower(text.substr(0, colon));
  if (scheme == "http" || scheme == "https" || scheme == "mailto") return std::string(text);
  return "#" + std::string(kFailsafe);
}

std::string filter_css(std::string_view text, GoVersion go) {
  const std::string_view refused = go < GoVersion::go1_24 ? "\"'()/;@[\\]`{}" : "\"'()/;@[\\]`{}<>";
  const std::string decoded = without_css_escapes(text);
  std::string names;
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    const char c = decoded[i];
    if (c == '\0' || refused.contains(c)) return std::string(kFailsafe);
    if (c == '-' && i != 0 && decoded[i - 1] == '-') return std::string(kFailsafe);
    const bool of_name =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    if (of_name) names += c;
  }
  names = to_lower(names);
  return names.contains("expression") || names.contains("moz-binding") || names.contains("mozbinding")
             ? std::string(kFailsafe)
             : decoded;
}

std::string strip_tags(std::string_view text) {
  std::string out;
  Context context;
  for (std::size_t i = 0; i < text.size();) {
    const Step next = step(context, text.substr(i));
    const std::size_t end = i + next.read;
    if (context.state == State::text || context.state == State::rcdata) {
      const bool leaves = next.context.state != context.state;
      out += text.substr(i, (leaves ? tag_start(text, i, end) : end) - i);
    }
    if (next.context.state == State::broken) break;
    if (end == i && next.context.state == context.state) break;
    context = next.context;
    i = end;
  }
  return out;
}

}  // namespace firedrill::templates::html
