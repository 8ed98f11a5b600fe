#include "console/lesson.h"

#include <algorithm>
#include <array>

#include "console/line/turn.h"

namespace firedrill::console {
namespace {

bool nobody_is_paged(const Game& game) {
  return game.session().pages().empty();
}

bool calls_in_vain(const Game& game) {
  const auto calls = [](const Page& page) {
    return page.state == Page::State::calling || page.state == Page::State::unanswered;
  };
  return !game.book().acknowledged && std::ranges::any_of(game.session().pages(), calls);
}

// Pages, alerts and the map say that something is wrong; these say what.
bool has_not_looked(const Game& game) {
  return std::ranges::none_of(game.book().traces, [](const Trace& each) {
    return each.kind == Trace::Kind::look && (each.what.starts_with("alert ") || each.what.starts_with("query") ||
                                              each.what.starts_with("logs") || each.what.starts_with("pods"));
  });
}

bool has_no_hypothesis(const Game& game) {
  return game.book().hypotheses.empty();
}

bool has_told_nobody(const Game& game) {
  return std::ranges::none_of(game.book().traces, [](const Trace& each) {
    return each.kind == Trace::Kind::tell && each.what.starts_with("post ");
  });
}

bool always(const Game& /*game*/) {
  return true;
}

struct Row {
  bool (*due)(const Game& game);
  std::string_view what;
  std::string_view in_pages;
  std::string_view by_lines;
};

// The first that is due is the next.
constexpr std::array kRows{
    Row{nobody_is_paged, "Nobody has paged you yet. Let time go on.",
        "“next event” above goes to the next thing that reaches you.",
        "`next` goes to the next thing that reaches you; `wait 5m` lets five minutes pass."},
    Row{calls_in_vain, "You are paged. Acknowledge it, so that nobody else is woken.",
        "The button is in the pager, on “Now”.",
        "`ack` says that you have it; `pages` lists who is paged for what, `page 1` is what was sent."},
    Row{has_not_looked, "Look before you act: at the alert, then at the service that looks unwell.",
        "Both are on “Now”; every number is a link to what it is made of.",
        "`alerts` and `map` say what fires and who is unwell; `alert NAME`, `logs SERVICE`, `pods SERVICE` and `query "
        "EXPR` why; `changes` and `playbooks` help."},
    Row{has_no_hypothesis,
        "Say what you think is wrong. You may revise it as often as you like; that nothing is wrong is an answer too.",
        "It is under “Respond”: “What it may be”.",
        "`hypothesis SERVICE KIND`, or `hypothesis nothing`; `kinds` lists the kinds of causes."},
    Row{has_told_nobody,
        "Tell others: what customers see, since when, and when you write again. Then act on production, if anything is "
        "to be done.",
        "Both are under “Respond”: “Tell others” and “Act on production”.",
        "`post internal TEXT` tells the team, `post external TEXT` everybody, `severity P2` how bad it is; `actions` "
        "lists what can be done, `would ACTION` says what it would do, `do ACTION` does it."},
    Row{always, "Let time go on until all is well and no page goes on any more; look whether it is, and say so.",
        "The pager, the charts, the alerts and the map on “Now” tell; “It is over”, under “Respond”, ends the drill.",
        "`wait 5m` lets time go on; `pages`, `alerts`, `map` and `deeds` tell whether all is well; then `finish` ends "
        "the drill."},
};

}  // namespace

std::optional<Lesson> lesson_of(const Game& game) {
  if (game.over()) return std::nullopt;
  const auto row = std::ranges::find_if(kRows, [&](const Row& each) { return each.due(game); });
  return Lesson{static_cast<int>(row - kRows.begin()) + 1, static_cast<int>(kRows.size()), row->what, row->in_pages,
                row->by_lines};
}

bool teaches(const Drill& drill) {
  return drill.difficulty == "easy";
}

}  // namespace firedrill::console
