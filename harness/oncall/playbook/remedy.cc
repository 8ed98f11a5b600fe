#include "oncall/playbook/remedy.h"

#include <algorithm>
#include <array>

namespace firedrill::oncall {
namespace {

constexpr std::array kRemedies{
#define FIREDRILL_REMEDY(name, target, doc) RemedySpec{Remedy::name, #name, RemedyTarget::target, doc},
    FIREDRILL_REMEDIES(FIREDRILL_REMEDY)
#undef FIREDRILL_REMEDY
};

}  // namespace

std::span<const RemedySpec> remedies() {
  return kRemedies;
}

const RemedySpec& spec_of(Remedy remedy) {
  return kRemedies[static_cast<std::size_t>(remedy)];
}

std::string_view to_string(Remedy remedy) {
  return spec_of(remedy).name;
}

std::optional<Remedy> parse_remedy(std::string_view name) {
  const auto found = std::ranges::find(kRemedies, name, &RemedySpec::name);
  return found == kRemedies.end() ? std::nullopt : std::optional(found->remedy);
}

std::vector<std::string> remedy_names() {
  std::vector<std::string> names;
  for (const RemedySpec& each : kRemedies) names.emplace_back(each.name);
  return names;
}

events::ActionKind action_of(Remedy remedy) {
  return *events::parse_action_kind(to_string(remedy));
}

}  // namespace firedrill::oncall
