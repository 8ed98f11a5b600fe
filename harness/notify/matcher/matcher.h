// Alertmanager's label matchers (pkg/labels/matcher.go): those of the model, whose regular expressions match the whole
// value and whose `.` does not match a newline, printed as Alertmanager prints them. A label that an alert has not got
// is matched as the empty text.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "model/labels.h"
#include "model/matcher.h"

namespace firedrill::notify {

using model::MatchOp;
using Matcher = model::Matcher;
using Matchers = std::vector<Matcher>;

// The error is the regular expression's.
std::expected<Matcher, std::string> make_matcher(std::string name, MatchOp op, std::string value);

// Whether all of them match; of no matchers it is true.
bool matches_all(std::span<const Matcher> matchers, const model::Labels& labels);

// Alertmanager's order: by name, then value, then kind (=, !=, =~, !~).
void sort(Matchers& matchers);

// name="value" with \, " and newlines escaped; a name that is none of Prometheus's classic ones is quoted, too.
std::string to_text(const Matcher& matcher);
// {a="b",c=~"d"}: the form that route and group keys are made of.
std::string to_text(std::span<const Matcher> matchers);

}  // namespace firedrill::notify
