// Which alerts are for a person at once: matchers as Alertmanager writes them (`severity=~"critical|page"`), with
// quotes.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/matcher.h"
#include "record/criteria.h"

namespace firedrill::incident {

// The error says what is wrong with the text.
std::expected<model::Matcher, std::string> parse_paging_matcher(std::string_view text);

// Those of Criteria::paging; what cannot be parsed (of a record that others wrote) matches nothing.
std::vector<model::Matcher> paging_matchers(const record::Criteria& declared);

}  // namespace firedrill::incident
