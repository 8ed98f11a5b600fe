// The little of Markdown that playbooks use. What is not understood is shown as it was written.
#include <algorithm>

#include "console/pages/markup.h"

namespace firedrill::console::pages {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

class Reader {
 public:
  explicit Reader(const std::function<Html(std::string_view)>& command) : command_(command) {}

  Html read(std::string_view text) {
    while (!text.empty()) take(take_line(text));
    close();
    return std::move(out_);
  }

 private:
  // Code and emphasis within a line. Addresses stay text: where they lead to is nobody's promise.
  Html inline_of(std::string_view text) const {
    Html out;
    while (!text.empty()) {
      const std::size_t at = text.find_first_of("`*");
      out += html("{}", text.substr(0, at));
      if (at == std::string_view::npos) break;
      text.remove_prefix(at);
      const std::string_view mark = text.starts_with("**") ? "**" : text.substr(0, 1);
      const std::size_t end = text.find(mark, mark.size());
      if (mark == "*" || end == std::string_view::npos || end == mark.size()) {
        out += html("{}", mark);
        text.remove_prefix(mark.size());
        continue;
      }
      const std::string_view within = text.substr(mark.size(), end - mark.size());
      out += mark == "`" ? html("<code>{}</code>", within) + command_(within) : html("<strong>{}</strong>", within);
      text.remove_prefix(end + mark.size());
    }
    return out;
  }

  void take(std::string_view line) {
    if (trimmed(line).starts_with("```")) {
      close();
      code_ = !code_;
      out_ += code_ ? html(R"(<div class="commands">)") : html("</div>");
      return;
    }
    if (code_) return take_command(trimmed(line));
    const std::string_view text = trimmed(line);
    if (text.empty()) return close();
    if (text.starts_with('#')) return heading(text);
    if (text.starts_with("- ") || text.starts_with("* ")) return item("ul", text.substr(2));
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits > 0 && text.substr(digits).starts_with(". ")) return item("ol", text.substr(digits + 2));
    if (text.starts_with('|')) {
      close();
      out_ += html(R"(<p class="row"><code>{}</code></p>)", text);
      return;
    }
    if (list_.empty() && !paragraph_) {
      out_ += html(R"(<div class="para">)");
      paragraph_ = true;
    }
    out_ += html(" ") + inline_of(text);
  }

  void heading(std::string_view text) {
    close();
    const auto level = std::min<std::size_t>(text.find_first_not_of('#'), 4);
    text.remove_prefix(std::min(text.find_first_not_of("# "), text.size()));
    // The page and its panel have the first two.
    out_ += level <= 2 ? html("<h3>{}</h3>", inline_of(text)) : html("<h4>{}</h4>", inline_of(text));
  }

  void item(std::string_view list, std::string_view text) {
    if (list_ != list) {
      close();
      list_ = list;
      out_ += list == "ul" ? html("<ul>") : html("<ol>");
    } else {
      out_ += html("</li>");
    }
    out_ += html("<li>") + inline_of(text);
    if (text.starts_with("Action:")) out_ += command_(text);
  }

  void take_command(std::string_view line) {
    if (line.empty()) return;
    out_ +=
        html(R"(<div class="command"><code>{}</code>{}</div>)", line, line.starts_with('#') ? Html() : command_(line));
  }

  void close() {
    if (paragraph_) out_ += html("</div>");
    if (!list_.empty()) out_ += list_ == "ul" ? html("</li></ul>") : html("</li></ol>");
    paragraph_ = false;
    list_ = {};
  }

  const std::function<Html(std::string_view)>& command_;
  Html out_;
  std::string_view list_{};
  bool paragraph_ = false;
  bool code_ = false;
};

}  // namespace

Html markdown(std::string_view text, const std::function<Html(std::string_view)>& command) {
  return Reader(command).read(text);
}

}  // namespace firedrill::console::pages
