// The `published:` block: the course of a public incident that the scenario retells.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "record/course/published.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

extern const yaml::Block kPublishedBlock;

// `first_fault`, from which times count where the block names none, is empty where the scenario has no fault. Nothing
// if there is no block, or an error in it, which is then told. Names in it are checked later
// (incident/course/course.h).
std::optional<record::Published> make_published(const yaml::DecodedBlock* block, const std::string& first_fault,
                                                Diagnostics& diagnostics);

}  // namespace firedrill::scenario
