// What whoever runs a drill can let happen beside its own faults: kinds of faults, each at any service that it fits.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/load.h"

namespace firedrill::console::pages {

// So often each of them can begin in a drill, one after the other.
inline constexpr int kInjectTimes = 3;

// The kinds that there are, by the names that fault_table() has for them.
std::vector<std::string_view> inject_kinds();
// In a sentence without a full stop: whom it hits, how it comes, and who ends it.
std::string course_of_inject(std::string_view kind);
// What the trainee may do to its target that ends it: names of actions.
std::vector<std::string_view> cures_of_inject(std::string_view kind);
// As lines have it: "inject-hang-web".
std::string inject_name(std::string_view kind, std::string_view service);

// The scenario with each of them as faults that never begin by themselves ("inject-hang-web", "inject-hang.2-web", …).
// Nothing else of a run changes by it: chance comes from streams by name.
std::shared_ptr<const scenario::LoadedScenario> with_injects(const scenario::LoadedScenario& scenario);

}  // namespace firedrill::console::pages
