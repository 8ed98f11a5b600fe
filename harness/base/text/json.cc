#include "base/text/json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/stream_parser.hpp>
#include <set>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill {
namespace {

constexpr std::size_t kLineWidth = 120;

class Writer {
 public:
  explicit Writer(JsonStyle style) : style_(style) {}

  std::string out;

  void value(const json::value& v, std::size_t depth) {
    if (const auto* array = v.if_array(); array != nullptr && fills_lines(*array, depth)) {
      filled(*array, depth);
    } else if (array != nullptr) {
      container(v, depth, '[', ']', array->size(), [&](std::size_t inner) {
        for (std::size_t i = 0; i < array->size(); ++i) {
          separator(i, inner);
          value((*array)[i], inner);
        }
      });
    } else if (const auto* object = v.if_object()) {
      container(v, depth, '{', '}', object->size(), [&](std::size_t inner) {
        std::size_t i = 0;
        for (const auto& member : *object) {
          separator(i++, inner);
          text(member.key());
          out += style_ == JsonStyle::pretty ? ": " : ":";
          value(member.value(), inner);
        }
      });
    } else {
      scalar(v);
    }
  }

 private:
  static constexpr std::size_t kInline = static_cast<std::size_t>(-1);

  template <typename Body>
  void container(const json::value& v, std::size_t depth, char open, char close, std::size_t size, Body body) {
    out += open;
    const bool one_line = size == 0 || depth == kInline || style_ == JsonStyle::compact || fits(v, depth);
    body(one_line ? kInline : depth + 1);
    if (!one_line) newline(depth);
    out += close;
  }

  // A long list of numbers, a column of a table say, fills lines instead of taking one for each number.
  bool fills_lines(const json::array& array, std::size_t depth) const {
    if (style_ == JsonStyle::compact || depth == kInline || array.size() < 2) return false;
    return std::ranges::all_of(array, [](const json::value& member) { return member.is_number(); });
  }

  void filled(const json::array& array, std::size_t depth) {
    out += '[';
    const std::size_t indent = 2 * (depth + 1);
    std::size_t column = 0;
    Writer trial(style_);
    for (const json::value& member : array) {
      trial.scalar(member);
      trial.out += ", ";
    }
    trial.out.resize(trial.out.size() - 2);
    if (2 * depth + trial.out.size() + 2 <= kLineWidth) {
      out += trial.out + ']';
      return;
    }
    for (std::size_t i = 0; i < array.size(); ++i) {
      Writer number(style_);
      number.scalar(array[i]);
      if (i + 1 < array.size()) number.out += ',';
      if (i == 0 || column + 1 + number.out.size() > kLineWidth) {
        newline(depth + 1);
        column = indent;
      } else {
        out += ' ';
        ++column;
      }
      out += number.out;
      column += number.out.size();
    }
    newline(depth);
    out += ']';
  }

  void separator(std::size_t index, std::size_t depth) {
    if (index > 0) out += depth == kInline && style_ == JsonStyle::pretty ? ", " : ",";
    if (depth != kInline) newline(depth);
  }

  void newline(std::size_t depth) {
    out += '\n';
    out.append(2 * depth, ' ');
  }

  // Scalars only, and short enough for one line.
  bool fits(const json::value& v, std::size_t depth) const {
    const auto flat = [](const json::value& member) { return !member.is_array() && !member.is_object(); };
    if (const auto* array = v.if_array()) {
      if (!std::ranges::all_of(*array, flat)) return false;
    } else if (const auto* object = v.if_object()) {
      if (!std::ranges::all_of(*object, [&](const auto& member) { return flat(member.value()); })) return false;
    }
    Writer trial(style_);
    trial.value(v, kInline);
    return 2 * depth + trial.out.size() <= kLineWidth;
  }

  void text(std::string_view content) {
    out += '"';
    append_json_text(content, out);
    out += '"';
  }

  void scalar(const json::value& v) {
    if (v.is_string()) {
      text(v.get_string());
    } else if (v.is_double()) {
      const std::string text = format_number(v.get_double());
      out += maths::is_finite(v.get_double()) ? text : '"' + text + '"';
    } else if (v.is_int64()) {
      out += format("{}", v.get_int64());
    } else if (v.is_uint64()) {
      out += format("{}", v.get_uint64());
    } else if (v.is_bool()) {
      out += v.get_bool() ? "true" : "false";
    } else {
      out += "null";
    }
  }

  JsonStyle style_;
};

// Boost's parser keeps the last of two equal keys; this handler sees every key first, and remembers the first
// repetition.
class DuplicateFinder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Error = boost::system::error_code;
  using View = json::string_view;

  std::string duplicate;

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Error&) {
    keys_.pop_back();
    return true;
  }
  bool on_array_begin(Error&) { return true; }
  bool on_array_end(std::size_t, Error&) { return true; }
  bool on_key_part(View part, std::size_t, Error&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(View part, std::size_t, Error& error) {
    key_.append(part.data(), part.size());
    if (!keys_.back().insert(key_).second) {
      duplicate = key_;
      error = json::error::syntax;
      return false;
    }
    key_.clear();
    return true;
  }
  bool on_string_part(View, std::size_t, Error&) { return true; }
  bool on_string(View, std::size_t, Error&) { return true; }
  bool on_number_part(View, Error&) { return true; }
  bool on_int64(std::int64_t, View, Error&) { return true; }
  bool on_uint64(std::uint64_t, View, Error&) { return true; }
  bool on_double(double, View, Error&) { return true; }
  bool on_bool(bool, Error&) { return true; }
  bool on_null(Error&) { return true; }
  bool on_comment_part(View, Error&) { return true; }
  bool on_comment(View, Error&) { return true; }

 private:
  std::vector<std::set<std::string>> keys_;
  std::string key_;
};

json::parse_options options() {
  json::parse_options result;
  result.max_depth = 64;
  return result;
}

}  // namespace

std::string write_json(const json::value& value, JsonStyle style) {
  Writer writer(style);
  writer.value(value, 0);
  if (style == JsonStyle::pretty) writer.out += '\n';
  return std::move(writer.out);
}

Result<json::value> read_json(const SourcePtr& source) {
  boost::system::error_code error;
  json::basic_parser<DuplicateFinder> finder(options());
  const std::size_t read = finder.write_some(false, source->text.data(), source->text.size(), error);
  if (!finder.handler().duplicate.empty()) {
    return failure(position_at(source, read),
                   format("the key \"{}\" stands twice in one object", finder.handler().duplicate),
                   "remove one of them");
  }
  if (!error && source->text.find_first_not_of(" \t\r\n", read) != std::string::npos) error = json::error::extra_data;
  if (error) {
    return failure(position_at(source, read), format("not valid JSON: {}", error.message()),
                   "see whether the file is whole");
  }
  json::value value = json::parse(source->text, error, {}, options());
  if (error)
    return failure(position_at(source, 0), format("not valid JSON: {}", error.message()),
                   "see whether the file is whole");
  return value;
}

}  // namespace firedrill
