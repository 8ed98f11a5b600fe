#include "base/text/escape.h"
#include "base/text/format.h"
#include "notify/route/explain.h"

namespace firedrill::notify {
namespace {

// Intervals and `continue` behind the receiver, where there are any.
std::string remarks(const Route& route) {
  std::string text;
  const auto add = [&](std::string_view what, const std::vector<std::string>& names) {
    for (const std::string& name : names) text += format(", {} {}", what, printable(name));
  };
  add("muted in", route.mute_time_intervals);
  add("active in", route.active_time_intervals);
  if (route.continues) text += ", and the search goes on";
  return text;
}

void draw(const Configuration& configuration, const Route& route, const std::string& before, std::string& text) {
  for (std::size_t i = 0; i < route.children.size(); ++i) {
    const Route& child = configuration.routes[route.children[i]];
    const bool last = i + 1 == route.children.size();
    text += format("{}{}{} → {}{}\n", before, last ? "└─ " : "├─ ", printable(takes(child)), printable(child.receiver),
                   remarks(child));
    draw(configuration, child, before + (last ? "   " : "│  "), text);
  }
}

}  // namespace

std::string tree_text(const Configuration& configuration) {
  const Route& root = configuration.root();
  std::string text =
      format("{} → {}\n", root.children.empty() ? "everything" : "what no route below takes", printable(root.receiver));
  draw(configuration, root, {}, text);
  return text;
}

}  // namespace firedrill::notify
