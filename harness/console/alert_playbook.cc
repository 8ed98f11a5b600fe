#include "console/alert_playbook.h"

#include <algorithm>

namespace firedrill::console {

std::string playbook_of(const AlertView& alert, const std::vector<PlaybookView>& playbooks) {
  const auto names_one = [](const model::Label& each) { return each.name == "runbook_url" || each.name == "playbook"; };
  const auto note = std::ranges::find_if(alert.annotations, names_one);
  if (note == alert.annotations.end()) return {};
  const std::string& url = note->value;
  const auto found = std::ranges::find_if(playbooks, [&](const PlaybookView& each) {
    return url == each.name || url.ends_with("/" + each.name) || url.ends_with("/" + each.name + ".md");
  });
  return found == playbooks.end() ? std::string() : found->name;
}

}  // namespace firedrill::console
