// What was done so far, and the way back: a rewind leaves a line that stands beside the one that goes on.
#include <algorithm>
#include <ranges>

#include "console/own_steps.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"

namespace firedrill::console::pages {
namespace {

constexpr std::size_t kMost = 200;

std::string page_title(const View& /*view*/) {
  return "What you did, and the way back";
}

Html page_body(const View& view) {
  const bool back = view.game.options().rewinds && !view.mirrored();
  const std::vector<OwnStep> steps = own_steps(view.game.steps());
  Html list;
  for (const auto& [number, first, step] : steps | std::views::reverse | std::views::take(kMost)) {
    list += html(R"(<li id="step-{}"><time>{}</time> <span class="kind">step {}</span> {}{} {}</li>)", number,
                 format_clock(step.at), number, said_line(step.line), step.ok ? "" : " (refused)",
                 back ? act_button(view, format("rewind {}", number), "Back to before it") : Html());
  }
  const auto left = std::ranges::count_if(view.game.log(),
                                          [](const Step& step) { return step.ok && step.line.starts_with("rewind "); });
  return html(
             R"(<p>Going back leaves what was done since as a line of its own: it stands beside the others in what the drill came to.{}</p>)",
             left == 1  ? std::string(" You have gone back once.")
             : left > 1 ? format(" You have gone back {} times.", left)
                        : std::string()) +
         panel("steps", "Steps of this line",
               list.empty() ? html(R"(<p class="quiet">Nothing was done yet.</p>)")
                            : html(R"(<ol class="feed">{}</ol>)", list));
}

}  // namespace

PageSpec steps_page() {
  return {.path = "/steps", .nav = "Steps", .title = page_title, .body = page_body};
}

}  // namespace firedrill::console::pages
