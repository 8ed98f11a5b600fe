#include "console/pages/facilitator/facilitator_pages.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/duration.h"
#include "console/line/turn.h"
#include "console/pages/panels.h"
#include "console/pages/respond.h"

namespace firedrill::console::pages {
namespace {

constexpr std::size_t kMostSteps = 40;

std::string text_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

const json::array* list_at(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

Html causes_of(const json::object& truth) {
  Html out;
  if (const json::array* causes = list_at(truth, "causes")) {
    for (const json::value& each : *causes) {
      out += html("<li><strong>{}</strong> ({})</li>", text_at(each.as_object(), "service"),
                  text_at(each.as_object(), "kind"));
    }
  }
  return out.empty() ? html("<p>Nothing is wrong in this drill.</p>") : html("<ul>{}</ul>", out);
}

Html hints_of(const json::object& truth) {
  Html out;
  if (const json::array* hints = list_at(truth, "hints")) {
    for (const json::value& each : *hints) out += html("<li>{}</li>", text_at(each.as_object(), "hint"));
  }
  return out;
}

Html best_of(const json::object& truth) {
  Html out;
  if (const json::array* best = list_at(truth, "best")) {
    for (const json::value& each : *best) {
      const json::value* after = each.as_object().if_contains("after_seconds");
      const double seconds = after != nullptr && after->is_number() ? after->to_number<double>() : 0;
      out += html("<li><time>+{}</time> <code>{}</code></li>", describe_duration(from_seconds(seconds)),
                  text_at(each.as_object(), "line"));
    }
  }
  return out;
}

Html the_truth(const json::object& truth) {
  return panel(
      "truth", "The truth",
      html(
          R"(<p>{}: scenario <strong>{}</strong>. {}</p><h3>Right answers</h3>{}<details id="hints"><summary>Hints</summary><ol>{}</ol></details><details id="best"><summary>Best response that is known, from the first page on</summary><ol class="feed">{}</ol></details>)",
          text_at(truth, "drill"), text_at(truth, "scenario"), text_at(truth, "aim"), causes_of(truth), hints_of(truth),
          best_of(truth)));
}

struct Course {
  std::string begun{};  // empty: not yet
  bool over = false;
};

// How a fault stands: by the scenario's times, and by what was done since.
Course course_of(const View& view, const fake_services::FaultState* state) {
  if (state == nullptr) return {};
  return {
      format("began {}{}", format_clock(state->injected),
             state->ended && *state->ended <= view.session().now() ? format(", over {}", format_clock(*state->ended))
                                                                   : std::string()),
      state->ended.has_value() && *state->ended <= view.session().now()};
}

Html faults(const View& view) {
  const auto& loaded = view.session().scenario();
  const std::vector<fake_services::FaultState> states = view.session().faults();
  constexpr std::array<std::string_view, 5> kHead{"fault", "kind", "meant for", "how it stands", "what you can do"};
  std::vector<std::vector<Html>> rows;
  for (const fake_services::FaultSpec& spec : loaded.faults) {
    const auto state = std::ranges::find(states, spec.id, &fake_services::FaultState::id);
    const Course course = course_of(view, state == states.end() ? nullptr : &*state);
    const bool on = !course.begun.empty() && !course.over;
    const bool inject = spec.id.starts_with("inject-");
    const Time meant = view.session().start() + spec.at;
    rows.push_back({html("{}", spec.id), html("{}", spec.kind->name),
                    html("{}", inject ? std::string("as you like") : format_clock(meant)),
                    on            ? badge("bad", "▲", course.begun)
                    : course.over ? badge("good", "●", course.begun)
                                  : badge("plain", "○", "not yet"),
                    view.game.over() ? Html()
                    : on             ? act_button(view, format("end {}", spec.id), "End it")
                                     : act_button(view, format("inject {}", spec.id), "Let it happen")});
  }
  return panel("injects", "Faults, and what else can be let happen", table("faults", kHead, rows));
}

Html say(const View& view) {
  if (view.game.over()) return {};
  return panel(
      "say", "Say something to the trainee, or mark something for the debriefing",
      html(
          R"(<form class="act" data-line="message {role}: {text}">{}{}<button class="primary">Say it</button></form><form class="act" data-line="mark {text}">{}<button>Mark</button></form>)",
          text_field("role", "role", "As whom", "support"), text_field("said", "text", "What", "customers cannot pay"),
          text_field("marked", "text", "Mark for the debriefing", "restarted without looking at the logs")));
}

Html what_they_do(const View& view) {
  Html list;
  for (const Step& step : view.game.steps() | std::views::reverse | std::views::take(kMostSteps)) {
    list += html(R"(<li><time>{}</time> <span class="kind">{}</span> <code>{}</code>{}</li>)", format_clock(step.at),
                 step.by.empty() ? "trainee" : step.by, step.line, step.ok ? "" : " (refused)");
  }
  Html thoughts;
  for (const Hypothesis& each : view.game.book().hypotheses) {
    thoughts += html("<li><time>{}</time> {} {}</li>", format_clock(each.at), each.service, each.cause);
  }
  return panel(
      "steps", "What was done",
      html(R"({}<ol class="feed">{}</ol>)",
           thoughts.empty() ? Html() : html(R"(<h3>Hypotheses</h3><ol class="feed">{}</ol>)", thoughts), list));
}

std::string page_title(const View& /*view*/) {
  return "What only you know";
}

}  // namespace

std::span<const PageSpec> facilitator_pages() {
  static constexpr std::array kPages{
      PageSpec{.path = "/", .nav = "Run it", .title = page_title},
      PageSpec{.path = "/trainee", .nav = "As the trainee sees it"},
      PageSpec{.path = "/after", .nav = "What it came to"},
  };
  return kPages;
}

Html facilitator_body(const View& view, const json::object& truth) {
  return headline(view) + html(R"(<div class="two">)") + the_truth(truth) + say(view) + html("</div>") + faults(view) +
         html(R"(<div class="two">)") + what_they_do(view) + news_list(view, 20) + html("</div>");
}

}  // namespace firedrill::console::pages
