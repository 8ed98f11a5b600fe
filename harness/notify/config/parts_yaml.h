// The parts of a configuration, each decoded by a file of its own. For this folder and `operator/`, which makes such
// files.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "notify/config/config.h"
#include "notify/config/form/form.h"
#include "notify/matcher/parse.h"
#include "yaml/document.h"

namespace firedrill::notify {

struct PartContext {
  FormContext forms;
  MatcherSyntax syntax = MatcherSyntax::fallback;

  Diagnostics& diagnostics() const { return *forms.diagnostics; }
};

// Tells of keys that are none of these.
void refuse_unknown(const yaml::Node& mapping, std::span<const std::string_view> known, std::string_view what,
                    Diagnostics& diagnostics);

// `matchers:` of a route, `source_matchers:` of an inhibition: a list of texts, added in their order.
void decode_matchers(const yaml::Node& node, std::string_view what, const PartContext& context, Matchers& matchers);
// The deprecated `match:` and `match_re:`.
void decode_match(const yaml::Node& node, MatchOp op, std::string_view what, const PartContext& context,
                  Matchers& matchers);
// A list of labels' names; duplicates are kept.
std::vector<std::string> decode_label_names(const yaml::Node& node, std::string_view what, const PartContext& context);

// The tree below `route`, flat; names of receivers and intervals are checked by check_routes.
std::vector<Route> decode_routes(const yaml::Node& node, const PartContext& context);
// Tells of receivers and time intervals that the tree names and the configuration has not got, and of what a root
// cannot have.
void check_routes(const Configuration& configuration, const yaml::Node& root, Diagnostics& diagnostics);

std::vector<Receiver> decode_receivers(const yaml::Node& node, const PartContext& context);
std::vector<InhibitRule> decode_inhibit_rules(const yaml::Node& node, const PartContext& context);
// Adds to `intervals`; `what` is "time_intervals" or "mute_time_intervals".
void decode_time_intervals(const yaml::Node& node, std::string_view what, const PartContext& context,
                           std::vector<NamedTimeInterval>& intervals);

}  // namespace firedrill::notify
