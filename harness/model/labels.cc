#include "model/labels.h"

#include <algorithm>

#include "base/contains.h"
#include "base/hash.h"
#include "base/text/format.h"
#include "base/text/utf8.h"

namespace firedrill::model {
namespace {

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name(std::string_view name, bool colons) {
  if (name.empty() || is_digit(name[0])) return false;
  return std::ranges::all_of(name, [&](char c) { return is_alpha(c) || is_digit(c) || (colons && c == ':'); });
}

}  // namespace

Labels::Labels(std::initializer_list<Label> labels) : Labels(from(std::vector<Label>(labels))) {}

Labels Labels::from(std::vector<Label> labels) {
  std::ranges::stable_sort(labels, {}, &Label::name);
  Labels result;
  result.labels_.reserve(labels.size());
  for (Label& label : labels) {
    if (!result.labels_.empty() && result.labels_.back().name == label.name) result.labels_.pop_back();
    result.labels_.push_back(std::move(label));
  }
  std::erase_if(result.labels_, [](const Label& label) { return label.value.empty(); });
  return result;
}

std::string_view Labels::get(std::string_view name) const {
  const auto it = std::ranges::lower_bound(labels_, name, {}, &Label::name);
  return it != labels_.end() && it->name == name ? std::string_view(it->value) : std::string_view();
}

bool Labels::has(std::string_view name) const {
  return !get(name).empty();
}

void Labels::set(std::string_view name, std::string_view value) {
  const auto it = std::ranges::lower_bound(labels_, name, {}, &Label::name);
  const bool found = it != labels_.end() && it->name == name;
  if (value.empty()) {
    if (found) labels_.erase(it);
  } else if (found) {
    it->value = value;
  } else {
    labels_.insert(it, Label{std::string(name), std::string(value)});
  }
}

void Labels::remove(std::string_view name) {
  set(name, {});
}

Labels Labels::only(std::span<const std::string> names) const {
  Labels result;
  std::ranges::copy_if(labels_, std::back_inserter(result.labels_),
                       [&](const Label& l) { return contains(names, l.name); });
  return result;
}

Labels Labels::without(std::span<const std::string> names) const {
  Labels result;
  std::ranges::copy_if(labels_, std::back_inserter(result.labels_),
                       [&](const Label& l) { return !contains(names, l.name); });
  return result;
}

Labels Labels::without_name() const {
  Labels result = *this;
  result.remove(kMetricName);
  return result;
}

std::size_t Labels::bytes() const {
  std::size_t bytes = 0;
  for (const Label& label : labels_) bytes += sizeof(Label) + label.name.size() + label.value.size();
  return bytes;
}

std::uint64_t Labels::hash() const {
  std::uint64_t h = stable_hash({});
  for (const Label& label : labels_) {
    h = stable_hash(label.name, h);
    h = stable_hash(std::string_view("\xff", 1), h);
    h = stable_hash(label.value, h);
    h = stable_hash(std::string_view("\xff", 1), h);
  }
  return h;
}

std::string Labels::to_string() const {
  const std::string_view name = metric_name();
  const bool bare_name = is_legacy_metric_name(name);
  std::string out(bare_name ? name : std::string_view());
  std::string body = !name.empty() && !bare_name ? quote(name) : std::string();
  for (const Label& label : labels_) {
    if (label.name == kMetricName) continue;
    if (!body.empty()) body += ", ";
    body += (is_legacy_label_name(label.name) ? label.name : quote(label.name)) + "=" + quote(label.value);
  }
  if (!body.empty() || out.empty()) out += "{" + body + "}";
  return out;
}

bool is_legacy_metric_name(std::string_view name) {
  return is_name(name, true);
}
bool is_legacy_label_name(std::string_view name) {
  return is_name(name, false);
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  std::size_t invalid = first_invalid_utf8(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == invalid) {
      out += format("\\x{:02x}", static_cast<unsigned char>(c));
      const std::size_t next = first_invalid_utf8(text.substr(i + 1));
      invalid = next == std::string_view::npos ? next : i + 1 + next;
      continue;
    }
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\v':
        out += "\\v";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

}  // namespace firedrill::model
