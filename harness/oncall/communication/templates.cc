#include "oncall/communication/templates.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/contains.h"
#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/harmful.h"
#include "base/text/utf8.h"
#include "oncall/communication/shipped_templates.h"
#include "template/library/calls.h"

namespace firedrill::oncall {
namespace {

using record::PostStatus;
using record::SeverityLevel;
using templates::Field;
using templates::Function;
using templates::Value;

constexpr std::array kLevels{SeverityLevel::p0, SeverityLevel::p1, SeverityLevel::p2, SeverityLevel::p3};
constexpr std::array kStatuses{PostStatus::investigating, PostStatus::identified, PostStatus::monitoring,
                               PostStatus::resolved};

// "14:30 UTC".
std::string clock_text(Time t) {
  return format_instant(t).substr(11, 5) + " UTC";
}

// A post and the channel in which it stands.
struct Root {
  PostData data;
  std::string channel;
};
const Root& root_of(const Value& value) {
  return value.object<Root>();
}
const PostData& data_of(const Value& value) {
  return root_of(value).data;
}
Value time_value(Time t) {
  return templates::make_time({.milliseconds = t.time_since_epoch() / 1ms});
}

constexpr std::array kFields = std::to_array<Field>({
    {"Incident", [](const Value& v) { return templates::make_text(data_of(v).incident); }},
    {"Title", [](const Value& v) { return templates::make_text(data_of(v).title); }},
    {"Channel", [](const Value& v) { return templates::make_text(root_of(v).channel); }},
    {"Severity",
     [](const Value& v) { return templates::make_text(std::string(record::to_string(data_of(v).severity))); }},
    {"Impact",
     [](const Value& v) { return templates::make_text(std::string(record::impact_of(data_of(v).severity))); }},
    {"Status", [](const Value& v) { return templates::make_text(std::string(to_string(data_of(v).status))); }},
    {"Kind", [](const Value& v) { return templates::make_text(std::string(to_string(data_of(v).kind))); }},
    {"Role", [](const Value& v) { return templates::make_text(data_of(v).role); }},
    {"Began", [](const Value& v) { return time_value(data_of(v).began); }},
    {"BeganAt", [](const Value& v) { return templates::make_text(clock_text(data_of(v).began)); }},
    {"Now", [](const Value& v) { return time_value(data_of(v).at); }},
    {"NowAt", [](const Value& v) { return templates::make_text(clock_text(data_of(v).at)); }},
    {"Duration",
     [](const Value& v) { return templates::make_text(describe_duration(data_of(v).at - data_of(v).began)); }},
    {"NextAt",
     [](const Value& v) {
       return templates::make_text(data_of(v).next ? clock_text(*data_of(v).next) : std::string());
     }},
    {"Alerts", [](const Value& v) { return templates::make_texts(data_of(v).alerts); }},
    {"Components", [](const Value& v) { return templates::make_texts(data_of(v).components); }},
    {"Actions", [](const Value& v) { return templates::make_texts(data_of(v).actions); }},
});
constexpr templates::Type kPost{.kind = templates::Kind::structure, .name = "Post", .fields = kFields};

templates::CallResult join(std::span<const Value> arguments, const templates::CallContext& /*context*/) {
  std::string out;
  if (arguments[1].list() == nullptr) return templates::make_text(out);
  for (std::size_t i = 0; i < arguments[1].list()->size(); ++i) {
    if (i > 0) out += arguments[0].text();
    out += (*arguments[1].list())[i].text();
  }
  return templates::make_text(std::move(out));
}

constexpr std::array kText{&templates::types::text};
constexpr std::array kTextTexts{&templates::types::text, &templates::types::texts};
constexpr std::array kFunctions = std::to_array<Function>({
    {"join", kTextTexts, false, join},
    {"title", kText, false, templates::library::title},
    {"toLower", kText, false, templates::library::to_lower},
    {"toUpper", kText, false, templates::library::to_upper},
});

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const std::string_view channel : {record::kInternal, record::kExternal}) {
    names.emplace_back(channel);
    for (const SeverityLevel level : kLevels) names.push_back(format("{}_{}", channel, record::to_string(level)));
  }
  return names;
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Every kind of post that there can be, with something in each field, and with as little as can be.
std::vector<PostData> samples(SeverityLevel level) {
  std::vector<PostData> out;
  const Time at = *parse_instant("2026-03-03T14:30:00Z");
  for (const PostStatus status : kStatuses) {
    const bool over = status == PostStatus::resolved;
    for (const PostKind kind : {PostKind::first, PostKind::update, PostKind::final_post}) {
      if (over != (kind == PostKind::final_post)) continue;
      PostData data{.incident = "inc-1",
                    .title = "Outage of web",
                    .severity = level,
                    .status = status,
                    .kind = kind,
                    .role = "primary",
                    .began = at - 20min,
                    .at = at,
                    .alerts = {"SLOFastBurn"}};
      out.push_back(data);
      if (!over) data.next = at + 30min;
      data.components = {"web", "admin"};
      data.actions = {"rollback checkout"};
      out.push_back(std::move(data));
    }
  }
  return out;
}

// What cannot be shown, or would act on whatever shows it; line ends and tabs are a text's own.
std::optional<PostTemplates::Problem> unfit_character(std::string_view text) {
  HarmfulCharacter bad = next_harmful(text);
  while (bad.at != std::string_view::npos) {
    const bool tab = bad.code == U'\t';
    if (bad.harm == Harm::no_text || (bad.harm == Harm::control && !tab)) break;
    bad = next_harmful(text, bad.at + bad.length);
  }
  if (bad.at == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, bad.at);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1: the first line
  PostTemplates::Problem problem{
      .what = {}, .remedy = {}, .line = static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, .column = 1};
  for (std::size_t i = line_begin; i < bad.at; i += utf8_length(text[i])) ++problem.column;
  if (bad.harm == Harm::no_text) {
    problem.what = format("the byte 0x{:02x} is not valid UTF-8", static_cast<unsigned char>(text[bad.at]));
    problem.remedy = "save the file as UTF-8";
  } else {
    problem.what = format("the control character U+{:04X} is not allowed", static_cast<std::uint32_t>(bad.code));
    problem.remedy = "remove it: whoever reads the post could not see it";
  }
  return problem;
}

// Takes the number off the front, and the colon behind it.
std::size_t take_number(std::string_view& text) {
  std::size_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc()) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(':')) text.remove_prefix(1);
  return number;
}

// "template: external:3:12: executing …" without what is said by the place.
PostTemplates::Problem problem_of(const std::string& name, std::string_view error, std::string remedy) {
  PostTemplates::Problem problem{.what = std::string(error), .remedy = std::move(remedy)};
  const std::string begin = format("template: {}:", name);
  if (!error.starts_with(begin)) return problem;
  error.remove_prefix(begin.size());
  problem.line = take_number(error);
  if (problem.line == 0) return problem;
  if (!error.starts_with(' ')) problem.column = take_number(error) + 1;
  return problem;
}

}  // namespace

std::string_view to_string(PostKind kind) {
  switch (kind) {
    case PostKind::first:
      return "first";
    case PostKind::update:
      return "update";
    case PostKind::final_post:
      return "final";
  }
  std::unreachable();
}

bool is_template_name(std::string_view name) {
  return contains(known_names(), name);
}

std::string template_names_remedy(std::string_view name) {
  const std::string near = nearest(name, known_names());
  if (!near.empty()) return format("did you mean '{}'?", near);
  return "there are internal and external, and each with _P0 to _P3 behind it";
}

PostTemplates::PostTemplates() : set_({templates::GoVersion::go1_24, kFunctions}) {
  // They are ours, and do parse.
  for (const ShippedTemplate& each : shipped_templates()) set_.add(std::string(each.name), std::string(each.text));
}

const PostTemplates& PostTemplates::shipped() {
  static const PostTemplates kShipped;
  return kShipped;
}

std::optional<PostTemplates::Problem> PostTemplates::add(std::string_view name, std::string text) {
  const std::string own(name);
  // Go would go on with what was there.
  if (trimmed(text).empty()) {
    return Problem{.what = format("the template '{}' is empty", name), .remedy = "write a text, or leave it out"};
  }
  if (auto unfit = unfit_character(text)) return unfit;
  PostTemplates tried = *this;
  if (const auto added = tried.set_.add(own, std::move(text)); !added) {
    return problem_of(own, added.error(), "docs/communication.md shows what a template may say");
  }
  tried.own_.insert(own);
  const std::string channel = own.substr(0, own.find('_'));
  for (const SeverityLevel level : kLevels) {
    if (tried.name_for(channel, level) != own) continue;
    for (const PostData& data : samples(level)) {
      const auto rendered = tried.render(channel, data);
      if (!rendered) {
        return problem_of(own, rendered.error(), "docs/communication.md names what there is to read");
      }
      if (const auto unfit = unfit_character(*rendered)) {
        return Problem{.what = format("of the post that the template '{}' writes: {}", name, unfit->what),
                       .remedy = "let it write text"};
      }
      if (rendered->empty()) {
        return Problem{
            .what = format("the template '{}' says nothing of an incident that is {}", name, to_string(data.status)),
            .remedy = "give it a text for each status: a post cannot be empty"};
      }
    }
  }
  *this = std::move(tried);
  return std::nullopt;
}

std::string PostTemplates::name_for(std::string_view channel, SeverityLevel severity) const {
  const std::string precise = format("{}_{}", channel, record::to_string(severity));
  return own_.contains(channel) && !own_.contains(precise) ? std::string(channel) : precise;
}

std::expected<std::string, std::string> PostTemplates::render(std::string_view channel, const PostData& data) const {
  const auto root = std::make_shared<const Root>(Root{data, std::string(channel)});
  auto text = set_.execute(name_for(channel, data.severity), templates::make_object(root, kPost));
  if (!text) return text;
  return at_most(trimmed(*text), kLongestBody);
}

std::string at_most(std::string text, std::size_t characters) {
  std::size_t end = 0;
  for (; end < text.size() && characters > 0; --characters) end += utf8_length(text[end]);
  if (end < text.size()) text.resize(end);
  return text;
}

}  // namespace firedrill::oncall
