#include "record/logs.h"

#include <algorithm>
#include <string_view>

#include "base/text/format.h"
#include "base/text/json.h"

namespace firedrill::record {
namespace {

using events::Change;
using events::ClusterEvent;
using events::LogLine;

constexpr std::string_view kFormat = "firedrill-logs";
constexpr std::string_view kRemedy = "copy the whole folder of one run, or run the scenario again";
constexpr std::size_t kLongestLine = std::size_t{1} << 16U;

// One object of the file, written. Fields that are empty are left out.
class Out {
 public:
  explicit Out(std::string_view is) : text_(format("{{\"is\":\"{}\"", is)) {}
  Out& add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += format(",\"{}\":\"", name);
    append_json_text(value, text_);
    text_ += '"';
    return *this;
  }
  Out& add(std::string_view name, Time t) { return add(name, format_instant(t)); }
  Out& add(std::string_view name, std::uint64_t n) {
    text_ += format(",\"{}\":{}", name, n);
    return *this;
  }
  std::string end() { return std::move(text_) + '}'; }

 private:
  std::string text_;
};

// One object of the file, read. The first thing that is wrong with it is kept.
class In {
 public:
  explicit In(const json::object& object) : object_(object) {}

  std::string text(std::string_view name, bool required = false) {
    const json::value* value = find(name);
    if (value == nullptr) {
      if (required) complain(format("lacks '{}'", name));
      return {};
    }
    if (!value->is_string()) {
      complain(format("'{}' is no text", name));
      return {};
    }
    return std::string(std::string_view(value->get_string()));
  }
  Time time(std::string_view name) {
    const auto t = parse_instant(text(name, true));
    if (!t) complain(format("'{}' is no instant", name));
    return t.value_or(Time());
  }
  std::uint64_t number(std::string_view name) {
    const json::value* value = find(name);
    if (value != nullptr && value->is_int64() && value->get_int64() >= 0) {
      return static_cast<std::uint64_t>(value->get_int64());
    }
    complain(format("'{}' is no whole number", name));
    return 0;
  }
  // Empty if all was there, and nothing else.
  std::string finish() {
    if (wrong_.empty() && seen_ < object_.size()) complain("has a field that does not belong there");
    return wrong_;
  }
  void complain(std::string what) {
    if (wrong_.empty()) wrong_ = std::move(what);
  }

 private:
  const json::value* find(std::string_view name) {
    const json::value* value = object_.if_contains(json::string_view(name.data(), name.size()));
    seen_ += value != nullptr ? 1 : 0;
    return value;
  }

  const json::object& object_;
  std::size_t seen_ = 0;
  std::string wrong_;
};

LogLine read_line(In& in) {
  LogLine line;
  line.t = in.time("t");
  const auto level = events::parse_log_level(in.text("level", true));
  if (!level) in.complain("'level' is none of info, warn, error and fatal");
  line.level = level.value_or(events::LogLevel::info);
  line.service = in.text("service", true);
  line.pod = in.text("pod");
  line.cause = in.text("cause", true);
  line.peer = in.text("peer");
  line.route = in.text("route");
  line.message = in.text("message", true);
  line.trace = in.text("trace");
  line.stands_for = in.number("stands_for");
  return line;
}

ClusterEvent read_event(In& in) {
  ClusterEvent event;
  event.first = in.time("first");
  event.last = in.time("last");
  const std::string type = in.text("type", true);
  if (type != "Normal" && type != "Warning") in.complain("'type' is neither Normal nor Warning");
  event.warning = type == "Warning";
  event.reason = in.text("reason", true);
  event.object = in.text("object", true);
  event.service = in.text("service");
  event.message = in.text("message", true);
  event.count = in.number("count");
  return event;
}

Change read_change(In& in) {
  Change change;
  change.t = in.time("t");
  change.kind = in.text("kind", true);
  change.target = in.text("target", true);
  change.what = in.text("what", true);
  change.by = in.text("by", true);
  return change;
}

struct Heading {
  std::uint64_t lines = 0;
  std::uint64_t events = 0;
  std::uint64_t changes = 0;
};

// The error is what is wrong with the line.
std::string read_heading(const json::object& object, Heading& heading, Logs& logs) {
  In in(object);
  if (in.text("format") != kFormat) return "does not begin as a file of logs";
  const std::uint64_t version = in.number("version");
  if (version > static_cast<std::uint64_t>(kLogsVersion)) return format("is of the newer version {}", version);
  heading = {in.number("lines"), in.number("events"), in.number("changes")};
  logs.left_out = in.number("left_out");
  if (logs.left_out > 0) logs.left_out_from = in.time("left_out_from");
  return in.finish();
}

std::string read_entry(const json::object& object, Logs& logs) {
  In in(object);
  const std::string is = in.text("is", true);
  if (is == "log") {
    logs.lines.push_back(read_line(in));
  } else if (is == "event") {
    logs.events.push_back(read_event(in));
  } else if (is == "change") {
    logs.changes.push_back(read_change(in));
  } else {
    return "is neither a log, nor an event, nor a change";
  }
  return in.finish();
}

bool in_order(const Logs& logs) {
  return std::ranges::is_sorted(logs.lines, {}, &LogLine::t) &&
         std::ranges::is_sorted(logs.events, {}, &ClusterEvent::first) &&
         std::ranges::is_sorted(logs.changes, {}, &Change::t);
}

}  // namespace

std::size_t bytes_in_file(const LogLine& line) {
  constexpr std::size_t kNames = 150;
  return kNames + line.service.size() + line.pod.size() + line.peer.size() + line.route.size() + line.message.size() +
         line.trace.size();
}

std::size_t bytes_in_file(const ClusterEvent& event) {
  constexpr std::size_t kNames = 180;
  return kNames + event.reason.size() + event.object.size() + event.service.size() + event.message.size();
}

std::string log_json(const LogLine& line) {
  Out out("log");
  out.add("t", line.t).add("level", to_string(line.level)).add("service", line.service).add("pod", line.pod);
  out.add("cause", line.cause).add("peer", line.peer).add("route", line.route).add("message", line.message);
  return out.add("trace", line.trace).add("stands_for", line.stands_for).end();
}

std::string log_json(const ClusterEvent& event) {
  Out out("event");
  out.add("first", event.first).add("last", event.last).add("type", event.warning ? "Warning" : "Normal");
  out.add("reason", event.reason).add("object", event.object).add("service", event.service);
  return out.add("message", event.message).add("count", event.count).end();
}

std::string log_json(const Change& change) {
  Out out("change");
  out.add("t", change.t).add("kind", change.kind).add("target", change.target).add("what", change.what);
  return out.add("by", change.by).end();
}

std::string encode_logs(const Logs& logs) {
  std::string out =
      format("{{\"format\":\"{}\",\"version\":{},\"lines\":{},\"events\":{},\"changes\":{},\"left_out\":{}", kFormat,
             kLogsVersion, logs.lines.size(), logs.events.size(), logs.changes.size(), logs.left_out);
  if (logs.left_out_from) out += format(",\"left_out_from\":\"{}\"", format_instant(*logs.left_out_from));
  out += "}\n";
  for (const Change& change : logs.changes) out += log_json(change) + '\n';
  for (const ClusterEvent& event : logs.events) out += log_json(event) + '\n';
  for (const LogLine& line : logs.lines) out += log_json(line) + '\n';
  return out;
}

Result<Logs> decode_logs(const SourcePtr& source) {
  Logs logs;
  Heading heading;
  std::string_view left = source->text;
  for (std::size_t number = 1; !left.empty(); ++number) {
    const std::size_t end = left.find('\n');
    const Position where{source, number, 1};
    if (end == std::string_view::npos) return failure(where, "is cut short", std::string(kRemedy));
    if (end > kLongestLine) return failure(where, "is longer than any line of logs", std::string(kRemedy));
    const auto value = read_json(make_source(source->name, std::string(left.substr(0, end))));
    if (!value || !value->is_object()) return failure(where, "is no JSON object", std::string(kRemedy));
    const std::string wrong =
        number == 1 ? read_heading(value->get_object(), heading, logs) : read_entry(value->get_object(), logs);
    if (!wrong.empty()) return failure(where, wrong, std::string(kRemedy));
    left.remove_prefix(end + 1);
  }
  const Position whole{source, 0, 0};
  const bool all = heading.lines == logs.lines.size() && heading.events == logs.events.size() &&
                   heading.changes == logs.changes.size();
  if (source->text.empty()) return failure(whole, "is empty", std::string(kRemedy));
  if (!all) return failure(whole, "does not hold as many lines as it says", std::string(kRemedy));
  if (!in_order(logs)) return failure(whole, "is not in order of time", std::string(kRemedy));
  return logs;
}

std::string describe_left_out(const Logs& logs) {
  if (logs.left_out == 0 || !logs.left_out_from) return {};
  return format(
      "the logs are full: {} lines and events from {} on were left out, since the file holds no more than {} MiB",
      logs.left_out, format_instant(*logs.left_out_from), kMostLogBytes >> 20U);
}

}  // namespace firedrill::record
