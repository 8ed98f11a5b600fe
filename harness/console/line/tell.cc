// Commands by which people tell each other: who has it, how bad it is, what it may be.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text/format.h"
#include "console/drill/cause_table.h"
#include "console/line/command_table.h"

namespace firedrill::console {
namespace {

// That somebody is called, and not that somebody has it.
bool calls(const News& news) {
  return news.kind == "page" && news.text.contains(" is paged: ");
}

// Carries out what may page somebody else, and keeps whether it did.
template <typename Doing>
Done calling(Turn& turn, Doing doing) {
  const std::size_t before = turn.session.news().size();
  Done done = doing();
  const auto fresh = turn.session.news().subspan(before);
  const bool called = std::ranges::any_of(fresh, calls);
  if (called && !turn.book.called_at) turn.book.called_at = turn.session.now();
  return done;
}

// The page that is named, else the only one that goes on.
std::optional<int> page_of(Turn& turn, std::string_view& rest) {
  std::string_view after = rest;
  const std::string_view word = take_word(after);
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (!word.empty() && error == std::errc() && end == word.data() + word.size()) {
    rest = after;
    return number;
  }
  std::optional<int> only;
  for (const Page& page : turn.session.pages()) {
    if (page.state == Page::State::over) continue;
    if (only) return std::nullopt;
    only = page.number;
  }
  return only;
}

Answer no_page(Turn& turn) {
  return turn.session.pages().empty() ? refused("nobody has been paged yet", "`next` lets time go on")
                                      : refused("which page is meant is not clear", "name its number: ack 1");
}

Answer acknowledge(Turn& turn) {
  std::string_view rest = turn.rest;
  const auto page = page_of(turn, rest);
  if (!page) return no_page(turn);
  const Done done = calling(turn, [&] { return turn.session.acknowledge(*page); });
  if (done && !turn.book.acknowledged) turn.book.acknowledged = {*page, turn.session.now()};
  return answer_of(done);
}

Answer escalate(Turn& turn) {
  std::string_view rest = turn.rest;
  const auto page = page_of(turn, rest);
  if (!page) return no_page(turn);
  const std::string_view tier = take_word(rest);
  if (tier.empty())
    return refused("whom to call is not said", "name a tier, as `roster` lists them: escalate 1 secondary");
  return answer_of(calling(turn, [&] { return turn.session.escalate(*page, tier); }));
}

Answer hand_over(Turn& turn) {
  std::string_view rest = turn.rest;
  const auto page = page_of(turn, rest);
  if (!page) return no_page(turn);
  if (rest.empty())
    return refused("which team is to have it is not said", "name one, as `roster` lists them: hand-over 1 DBA");
  return answer_of(calling(turn, [&] { return turn.session.hand_over(*page, rest); }));
}

std::optional<Answer> severity_form(const Turn& turn) {
  if (turn.rest.empty()) return refused("how bad it is is not said", "P0 (outage) to P3 (minor): severity P1");
  if (record::parse_severity(turn.rest)) return std::nullopt;
  return refused(format("there is no severity '{}'", turn.rest), "P0 (outage) to P3 (minor)");
}

Answer severity(Turn& turn) {
  const auto level = record::parse_severity(turn.rest);
  if (!level) return *severity_form(turn);
  const Done done = calling(turn, [&] { return turn.session.declare(*level); });
  if (done) {
    turn.book.declared = *level;
    turn.book.declared_at = turn.session.now();
  }
  return answer_of(done);
}

Answer kinds(Turn& /*turn*/) {
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const CauseKind& each : cause_table()) {
    rows.push_back({std::string(each.name), std::string(each.doc)});
    json::object one;
    one["kind"] = each.name;
    one["doc"] = each.doc;
    list.push_back(std::move(one));
  }
  json::object data;
  data["kinds"] = std::move(list);
  return said(columns(rows), std::move(data));
}

// hypothesis checkout configuration; hypothesis nothing
Answer hypothesis(Turn& turn) {
  std::string_view rest = turn.rest;
  std::string service(take_word(rest));
  std::string kind(take_word(rest));
  if (kind.empty() && service == kNothingWrong) std::swap(service, kind);
  if (find_cause(kind) == nullptr) {
    return refused(kind.empty() ? "a hypothesis has a service and a kind of cause"
                                : format("there is no kind of cause '{}'", kind),
                   kind.empty() ? "hypothesis checkout configuration; `kinds` lists the kinds"
                                : nearest_or(kind, cause_names(), "`kinds` lists them"));
  }
  const auto& topology = turn.session.scenario().topology;
  if ((kind != kNothingWrong || !service.empty()) && topology.find(service) == nullptr) {
    std::vector<std::string> names;
    for (const auto& each : topology.services) names.push_back(each.name);
    return refused(format("there is no service '{}'", service), suggest(service, names));
  }
  turn.book.hypotheses.push_back({turn.session.now(), service, kind});
  json::object data;
  data["service"] = service;
  data["kind"] = kind;
  return said("noted; you may revise it as often as you like\n", std::move(data));
}

std::optional<Answer> post_form(const Turn& turn) {
  std::string_view rest = turn.rest;
  const std::string channel(take_word(rest));
  if (channel.empty()) {
    return refused("a post has a channel and a text", "internal, or external (the status page): post internal we look");
  }
  if (channel != record::kInternal && channel != record::kExternal) {
    return refused(format("there is no channel '{}'", channel), "internal, or external: the status page");
  }
  std::string_view after = rest;
  if (record::parse_post_status(take_word(after))) rest = after;
  if (rest.empty()) return refused("a post says something", "add its text");
  return std::nullopt;
}

Answer post(Turn& turn) {
  std::string_view rest = turn.rest;
  const std::string channel(take_word(rest));
  std::string_view after = rest;
  const auto given = record::parse_post_status(take_word(after));
  if (given) rest = after;
  return answer_of(turn.session.post(channel, given.value_or(record::PostStatus::investigating), rest));
}

Answer note(Turn& turn) {
  return answer_of(turn.session.note(turn.rest));
}

constexpr std::array kCommands{
    CommandSpec{"ack", "[PAGE]", "you have it", "tell", Trace::Kind::people, true, 5, acknowledge},
    CommandSpec{"escalate", "[PAGE] TIER", "calls another tier", "tell", Trace::Kind::people, true, 15, escalate},
    CommandSpec{"hand-over", "[PAGE] TEAM", "pages another team", "tell", Trace::Kind::people, true, 15, hand_over},
    CommandSpec{"severity", "P0…P3", "how bad it is", "tell", Trace::Kind::people, true, 10, severity, severity_form},
    CommandSpec{"hypothesis", "SERVICE KIND", "what it may be; `hypothesis nothing` of a false alarm", "tell",
                Trace::Kind::hypothesis, true, 0, hypothesis},
    CommandSpec{"kinds", "", "the kinds of causes", "tell", Trace::Kind::look, false, 0, kinds},
    CommandSpec{"post", "internal|external [STATUS] TEXT",
                "tells the team, or everybody; STATUS: investigating, identified, monitoring, resolved", "tell",
                Trace::Kind::tell, true, 60, post, post_form},
    CommandSpec{"note", "TEXT", "for yourself, and for the debriefing", "tell", Trace::Kind::tell, false, 0, note},
};

}  // namespace

std::span<const CommandSpec> tell_commands() {
  return kCommands;
}

}  // namespace firedrill::console
