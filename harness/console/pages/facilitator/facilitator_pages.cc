#include "console/pages/facilitator/facilitator_pages.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "base/duration.h"
#include "console/facilitator.h"
#include "console/line/turn.h"
#include "console/pages/facilitator/inject_table.h"
#include "console/pages/panels.h"
#include "console/pages/respond.h"
#include "fake_services/faults/fault_table.h"

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
  return html("{}<p>{}</p>", out.empty() ? Html() : html("<ul>{}</ul>", out),
              out.empty() ? "Nothing is wrong in this drill, until you let something happen: then that is."
                          : "So is what you let happen beside it, from then on.");
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

// "hang at web, time 2" of inject-hang.2-web.
std::string name_of(const fake_services::FaultSpec& spec) {
  if (!spec.id.starts_with(kInject)) return spec.id;
  const std::string first = inject_name(spec.kind->name, spec.target.service);
  const std::string name = format("{} at {}", spec.kind->name, spec.target.service);
  for (std::size_t time = 2; time <= kInjectTimes; ++time) {
    if (spec.id == inject_for_time(first, time)) return format("{}, time {}", name, time);
  }
  return name;
}

Html acts_on(const View& view, const fake_services::FaultSpec& spec, const Course& course) {
  if (view.game.over()) return {};
  const bool inject = spec.id.starts_with(kInject);
  const std::string line = inject ? inject_name(spec.kind->name, spec.target.service) : spec.id;
  if (!course.begun.empty() && !course.over) return act_button(view, format("end {}", line), "End it now");
  if (course.begun.empty() && !inject) return act_button(view, format("inject {}", line), "Let it happen now");
  return {};
}

// Those of the drill, and what was let happen beside them.
Html faults(const View& view) {
  const std::vector<fake_services::FaultState> states = view.session().faults();
  constexpr std::array<std::string_view, 5> kHead{"fault", "how it stands", "what you can do", "when", "what it is"};
  std::vector<std::vector<Html>> rows;
  for (const fake_services::FaultSpec& spec : view.session().scenario().faults) {
    const bool inject = spec.id.starts_with(kInject);
    const auto state = std::ranges::find(states, spec.id, &fake_services::FaultState::id);
    if (inject && state == states.end()) continue;
    const Course course = course_of(view, state == states.end() ? nullptr : &*state);
    const std::string meant = inject ? "by you" : "planned: " + format_clock(view.session().start() + spec.at);
    rows.push_back(
        {html("{}", name_of(spec)),
         course.begun.empty() ? badge("plain", "○", "not yet")
         : course.over        ? badge("good", "●", course.begun)
                              : badge("bad", "▲", course.begun),
         acts_on(view, spec, course), html("{}", meant),
         html("{} at {}: {}", spec.kind->name, fake_services::target_name(spec.target), spec.kind->summary)});
  }
  return panel("faults", "What is wrong, and when",
               rows.empty() ? html(R"(<p class="quiet">Nothing is to go wrong by itself.</p>)")
                            : table("faults", kHead, rows, "of-faults stacks"));
}

// What cannot be let happen any more: as often as it can be it has been, and is over.
Html used_up(const View& view) {
  Html list;
  for (const fake_services::FaultState& state : view.session().faults()) {
    const auto& specs = view.session().scenario().faults;
    const auto spec = std::ranges::find(specs, state.id, &fake_services::FaultSpec::id);
    if (!state.id.starts_with(kInject) || !state.ended || spec == specs.end()) continue;
    const std::string first = inject_name(spec->kind->name, spec->target.service);
    if (state.id != inject_for_time(first, kInjectTimes)) continue;
    list += html("<li>{} at {}</li>", spec->kind->name, spec->target.service);
  }
  return list.empty() ? Html() : html(R"(<p class="quiet">Used up:</p><ul>{}</ul>)", list);
}

// Whatever fits, and can happen now.
Html inject_choice(const View& view) {
  Html groups;
  for (const std::string_view kind : inject_kinds()) {
    Html group;
    for (const auto& service : view.session().scenario().topology.services) {
      const std::string name = inject_name(kind, service.name);
      if (can_happen(view.session(), name)) {
        group += html(R"(<option value="{}">{} at {}</option>)", name, kind, service.name);
      }
    }
    if (!group.empty()) groups += html(R"(<optgroup label="{}">{}</optgroup>)", kind, group);
  }
  if (groups.empty()) return html(R"(<p class="quiet">Nothing more can be let happen.</p>)");
  return html(
      R"(<form class="act" data-line="inject {inject}"><p class="field"><label for="inject">What, and where</label><select id="inject" name="inject" required><option value="">{}</option>{}</select></p><button class="primary">Let it happen</button></form>)",
      kChoose.second, groups);
}

// How each of them comes and goes.
Html inject_kinds_told() {
  constexpr std::array<std::string_view, 2> kHead{"what it is", "whom it hits, and how long"};
  std::vector<std::vector<Html>> rows;
  for (const std::string_view name : inject_kinds()) {
    const fake_services::FaultKind* kind = fake_services::find_fault(name);
    if (kind != nullptr)
      rows.push_back({html("{} <span>{}</span>", name, kind->summary), html("{}", course_of_inject(name))});
  }
  return html(R"(<details id="inject-kinds"><summary>What each of them is, and what ends it</summary>{}</details>)",
              table("injects", kHead, rows, "of-injects stacks"));
}

Html inject_form(const View& view) {
  if (view.game.over()) return {};
  return panel(
      "injects", "Let something else happen",
      html(
          R"(<p class="quiet">Each of them up to {} times in a drill, one after the other. The debriefing holds the trainee against lines in which the same happens.</p>{}{}{})",
          kInjectTimes, inject_choice(view), used_up(view), inject_kinds_told()));
}

Html say(const View& view) {
  if (view.game.over()) return {};
  return html(
      R"(<div class="two">{}{}</div>)",
      panel(
          "say", "Say something to the trainee",
          html(
              R"(<form class="act" data-line="message {role}: {text}">{}{}<button class="primary">Say it</button></form>)",
              text_field("role", "role", "As whom", "support"),
              text_field("said", "text", "What", "customers cannot pay"))),
      panel("mark", "Mark something for the debriefing",
            html(R"(<form class="act" data-line="mark {text}">{}<button>Mark</button></form>)",
                 text_field("marked", "text", "What, with the time at which you say so",
                            "restarted without looking at the logs"))));
}

// Of the program, and not of the drill alone; the page's script asks before it does so.
Html the_end() {
  return panel(
      "end", "End the program",
      html(
          R"(<p class="quiet">Ends the drill for both sides, and with it firedrill. What <code>--transcript</code> and <code>--out</code> ask for is written then.</p><button type="button" class="end-program">End the drill and the program</button>)"));
}

std::string how_they_stand(const View& view) {
  const Book& book = view.game.book();
  return format("Severity: {}. Hints: {} of {}. Gone back: {}.",
                book.declared ? format("{} since {}", to_string(*book.declared), format_clock(book.declared_at))
                              : std::string("not declared"),
                book.hints, view.game.drill().hints.size(),
                view.epoch == 0   ? std::string("never")
                : view.epoch == 1 ? std::string("once")
                                  : format("{} times", view.epoch));
}

Html what_they_do(const View& view) {
  Html list;
  std::size_t number = view.game.steps().size();
  for (const Step& step : view.game.steps() | std::views::reverse | std::views::take(kMostSteps)) {
    list += html(R"(<li id="done-{}"><time>{}</time> <span class="kind">{}</span> {}{}</li>)", number--,
                 format_clock(step.at), step.by.empty() ? "trainee" : step.by, said_line(step.line),
                 step.ok ? "" : " (refused)");
  }
  Html thoughts;
  for (const Hypothesis& each : view.game.book().hypotheses) {
    thoughts += html("<li><time>{}</time> {} {}</li>", format_clock(each.at), each.service, each.cause);
  }
  return panel(
      "steps", "What was done",
      html(R"(<p>{}</p>{}<ol class="feed">{}</ol>)", how_they_stand(view),
           thoughts.empty() ? Html() : html(R"(<h3>Hypotheses</h3><ol class="feed">{}</ol>)", thoughts), list));
}

std::string page_title(const View& /*view*/) {
  return "What only you know";
}

}  // namespace

std::span<const PageSpec> facilitator_pages() {
  static constexpr std::array kPages{
      PageSpec{.path = "/", .nav = "Run it", .title = page_title},
      PageSpec{.path = kPastTrainee, .nav = "As the trainee sees it"},
      PageSpec{.path = "/after", .nav = "What it came to"},
  };
  return kPages;
}

Html facilitator_body(const View& view, const json::object& truth) {
  View theirs = view;  // services and alerts are shown as the trainee has them
  theirs.below = kPastTrainee;
  return headline(theirs) + html(R"(<div class="two">)") + the_truth(truth) + inject_form(view) + html("</div>") +
         faults(view) + say(view) + html(R"(<div class="two">)") + what_they_do(view) +
         news_list(view, 20, "What has reached the trainee") + html("</div>") + the_end();
}

}  // namespace firedrill::console::pages
