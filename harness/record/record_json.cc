#include "record/record_json.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text/format.h"
#include "record/check.h"
#include "record/field_json.h"
#include "record/fields.h"
#include "record/values.h"

namespace firedrill::record {
namespace {

constexpr std::size_t kMostErrors = 20;
constexpr std::string_view kRemedy = "name the record.json that `firedrill run` wrote, or run the scenario again";

json::value encode(bool value) {
  return value;
}
json::value encode(int value) {
  return value;
}
json::value encode(std::uint64_t value) {
  return value;
}
json::value encode(double value) {
  return value;
}
json::value encode(const std::string& value) {
  return json::value(json::string(value));
}
json::value encode(Time value) {
  return json::value(json::string(format_instant(value)));
}
json::value encode(Duration value) {
  return to_seconds(value);
}
json::value encode(SeverityLevel value) {
  return json::value(json::string(to_string(value)));
}
json::value encode(Verdict value) {
  return json::value(json::string(to_string(value)));
}
json::value encode(HoldKind value) {
  return json::value(json::string(to_string(value)));
}
json::value encode(std::int64_t value) {
  return value;
}
json::value encode(events::ActionKind value) {
  return json::value(json::string(to_string(value)));
}
json::value encode(SliKind value) {
  return value == SliKind::latency ? "latency" : "success_rate";
}
json::value encode(const events::Event& event) {
  return event_json(event);
}
json::value encode(const Expectation& expectation) {
  return expectation_json(expectation);
}

json::value encode(const model::Labels& labels) {
  json::object out;
  for (const model::Label& label : labels) out[label.name] = label.value;
  return out;
}

json::value encode(const std::vector<std::pair<std::string, std::string>>& texts) {
  json::object out;
  for (const auto& [name, value] : texts) out[name] = value;
  return out;
}

template <typename T>
json::value encode(const std::vector<T>& items);

struct Writer {
  json::object out;
  template <typename T>
  void operator()(const char* name, const std::optional<T>& value, const char*) {
    if (value) (*this)(name, *value, nullptr);
  }
  template <typename T>
  void operator()(const char* name, const T& value, const char*) {
    if constexpr (requires { fields(*this, value); }) {
      Writer inner;
      fields(inner, value);
      out[name] = std::move(inner.out);
    } else {
      out[name] = encode(value);
    }
  }
};

template <typename T>
json::value encode(const std::vector<T>& items) {
  json::array out;
  out.reserve(items.size());
  for (const T& item : items) {
    Writer writer;
    writer("", item, nullptr);
    out.push_back(std::move(writer.out[""]));
  }
  return out;
}

// What all objects of one reading share.
struct Reading {
  const ExpectationForms& forms;
  std::vector<std::string> errors{};
};

// Reads one object; what is wrong is collected, each with its path.
class Reader {
 public:
  Reader(const json::object& object, std::string path, Reading& reading)
      : object_(object), path_(std::move(path)), reading_(reading) {}

  template <typename T>
  void operator()(const char* name, std::optional<T>& value, const char*) {
    seen_.insert(name);
    value.reset();
    const json::value* found = object_.if_contains(name);
    if (found != nullptr) decode(*found, value.emplace(), path_ + name);
  }
  template <typename T>
  void operator()(const char* name, T& value, const char*) {
    seen_.insert(name);
    const json::value* found = object_.if_contains(name);
    if (found == nullptr) {
      complain(path_ + name, "missing");
    } else {
      decode(*found, value, path_ + name);
    }
  }

  void choice(const char* name, std::string& value, std::initializer_list<std::string_view> words, const char* doc) {
    const std::size_t before = reading_.errors.size();
    (*this)(name, value, doc);
    if (reading_.errors.size() > before || std::ranges::find(words, value) != words.end()) return;
    std::string list;
    for (const std::string_view word : words) list += format("{}'{}'", list.empty() ? "" : ", ", word);
    complain(path_ + name, "expected one of " + list);
  }

  void finish() {
    for (const auto& member : object_) {
      const std::string_view name = member.key();
      if (!seen_.contains(name)) complain(path_ + std::string(name), "unknown field");
    }
  }

 private:
  void complain(const std::string& path, std::string_view what) {
    if (reading_.errors.size() < kMostErrors) reading_.errors.push_back(format("{}: {}", path, what));
  }
  void expect(bool good, const std::string& path, std::string_view what) {
    if (!good) complain(path, format("expected {}", what));
  }

  void decode(const json::value& value, bool& out, const std::string& path) {
    expect(value.is_bool(), path, "true or false");
    if (value.is_bool()) out = value.get_bool();
  }
  void decode(const json::value& value, int& out, const std::string& path) {
    const bool good = value.is_int64() && value.get_int64() >= 0 && value.get_int64() < 1'000'000;
    expect(good, path, "a small whole number");
    if (good) out = static_cast<int>(value.get_int64());
  }
  void decode(const json::value& value, std::uint64_t& out, const std::string& path) {
    const bool small = value.is_int64() && value.get_int64() >= 0;
    expect(small || value.is_uint64(), path, "a whole number");
    if (small) out = static_cast<std::uint64_t>(value.get_int64());
    if (value.is_uint64()) out = value.get_uint64();
  }
  void decode(const json::value& value, std::int64_t& out, const std::string& path) {
    expect(value.is_int64(), path, "a whole number");
    if (value.is_int64()) out = value.get_int64();
  }
  void decode(const json::value& value, double& out, const std::string& path) {
    const auto number = number_of(value);
    expect(number.has_value(), path, "a number");
    out = number.value_or(0);
  }
  void decode(const json::value& value, std::string& out, const std::string& path) {
    expect(value.is_string(), path, "a text");
    if (value.is_string()) out = value.get_string();
  }
  void decode(const json::value& value, Time& out, const std::string& path) {
    const auto t = value.is_string() ? parse_instant(std::string_view(value.get_string())) : std::nullopt;
    expect(t.has_value(), path, "an instant such as 2026-03-03T13:30:00.000Z");
    out = t.value_or(Time());
  }
  void decode(const json::value& value, Duration& out, const std::string& path) {
    constexpr double kLongest = 1e11;  // three thousand years
    const auto seconds = number_of(value);
    const bool good = seconds && *seconds >= -kLongest && *seconds <= kLongest;
    expect(good, path, "a number of seconds, no more than 3,000 years");
    out = good ? from_seconds(*seconds) : Duration(0);
  }
  void decode(const json::value& value, SeverityLevel& out, const std::string& path) {
    const auto level = value.is_string() ? parse_severity(std::string_view(value.get_string())) : std::nullopt;
    expect(level.has_value(), path, "P0, P1, P2 or P3");
    out = level.value_or(SeverityLevel::p3);
  }
  void decode(const json::value& value, Verdict& out, const std::string& path) {
    for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::invalid, Verdict::scored}) {
      if (!value.is_string() || value.get_string() != to_string(verdict)) continue;
      out = verdict;
      return;
    }
    complain(path, "expected pass, fail, invalid or scored");
  }
  void decode(const json::value& value, HoldKind& out, const std::string& path) {
    for (const HoldKind how : events::kHoldKinds) {
      if (!value.is_string() || value.get_string() != to_string(how)) continue;
      out = how;
      return;
    }
    complain(path, "expected dropped, lost, inhibited, silenced, muted or deduplicated");
  }
  void decode(const json::value& value, events::ActionKind& out, const std::string& path) {
    for (const events::ActionKind kind : events::kActionKinds) {
      if (!value.is_string() || value.get_string() != to_string(kind)) continue;
      out = kind;
      return;
    }
    complain(path, "expected begin fault, end fault, or the name of an action such as restart");
  }
  void decode(const json::value& value, SliKind& out, const std::string& path) {
    const bool latency = value.is_string() && value.get_string() == "latency";
    expect(latency || (value.is_string() && value.get_string() == "success_rate"), path, "success_rate or latency");
    out = latency ? SliKind::latency : SliKind::success_rate;
  }
  void decode(const json::value& value, events::Event& out, const std::string& path) {
    part(read_event(value, out), path);
  }
  void decode(const json::value& value, Expectation& out, const std::string& path) {
    part(read_expectation(value, reading_.forms, out), path);
  }
  void part(const std::optional<std::string>& wrong, const std::string& path) {
    if (wrong) complain(path, *wrong);
  }
  void decode(const json::value& value, std::vector<std::pair<std::string, std::string>>& out,
              const std::string& path) {
    out.clear();
    expect(value.is_object(), path, "an object of texts");
    if (!value.is_object()) return;
    for (const auto& member : value.get_object()) {
      expect(member.value().is_string(), path + "." + std::string(member.key()), "a text");
      if (member.value().is_string()) out.emplace_back(member.key(), member.value().get_string());
    }
  }
  void decode(const json::value& value, model::Labels& out, const std::string& path) {
    std::vector<std::pair<std::string, std::string>> texts;
    decode(value, texts, path);
    out = model::Labels();
    for (const auto& [name, text] : texts) out.set(name, text);
  }
  template <typename T>
  void decode(const json::value& value, std::vector<T>& out, const std::string& path) {
    out.clear();
    expect(value.is_array(), path, "a list");
    if (!value.is_array()) return;
    const json::array& items = value.get_array();
    out.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) decode(items[i], out.emplace_back(), format("{}[{}]", path, i));
  }
  template <typename T>
    requires requires(Reader& reader, T& value) { fields(reader, value); }
  void decode(const json::value& value, T& out, const std::string& path) {
    expect(value.is_object(), path, "an object");
    if (!value.is_object()) return;
    Reader inner(value.get_object(), path + ".", reading_);
    fields(inner, out);
    inner.finish();
  }

  const json::object& object_;
  std::string path_;
  Reading& reading_;
  std::set<std::string, std::less<>> seen_;
};

Position whole(const SourcePtr& source) {
  return Position{source, 0, 0, 1};
}

// A record of any version says what reproduces it.
std::string how_to_make_again(const json::object& record) {
  const json::value* command = record.if_contains("command");
  const bool plain = command != nullptr && command->is_string() && is_run_command(command->get_string());
  if (!plain) return "run the scenario again";
  return format("make the record again: {}", std::string_view(command->get_string()));
}

}  // namespace

json::value to_json(const Record& record) {
  Writer writer;
  fields(writer, record);
  return std::move(writer.out);
}

std::string write_record(const Record& record) {
  return write_json(to_json(record), JsonStyle::pretty) + "\n";
}

Result<Record> read_record(const SourcePtr& source, const ExpectationForms& forms) {
  auto parsed = read_json(source);
  if (!parsed) return std::unexpected(parsed.error());
  if (!parsed->is_object()) return failure(whole(source), "a record is a JSON object", std::string(kRemedy));
  const json::object& object = parsed->get_object();
  const json::value* version = object.if_contains("version");
  if (version == nullptr || !version->is_int64()) {
    return failure(whole(source), "not a record: it has no version", std::string(kRemedy));
  }
  if (version->get_int64() != kRecordVersion) {
    return failure(whole(source), format("record version {} is not known", version->get_int64()),
                   format("this firedrill reads version {}; {}", kRecordVersion, how_to_make_again(object)));
  }
  Record record;
  Reading reading{forms};
  Reader reader(object, "", reading);
  fields(reader, record);
  reader.finish();
  std::vector<std::string> errors = std::move(reading.errors);
  if (errors.empty()) errors = check_record(record);
  if (errors.empty()) return record;
  if (errors.size() > kMostErrors) errors.resize(kMostErrors);
  Diagnostics diagnostics;
  for (std::string& error : errors)
    diagnostics.push_back({Severity::error, whole(source), std::move(error), std::string(kRemedy)});
  return failure(std::move(diagnostics));
}

}  // namespace firedrill::record
