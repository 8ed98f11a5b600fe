// firedrill drill --suite DIR --agent COMMAND: a program works many drills, and one table comes of it.
#pragma once

#include <span>
#include <string>

#include "console/agent/suite.h"

namespace firedrill::cli {

std::string suite_table(std::span<const console::SuiteRow> rows);
std::string suite_json(std::span<const console::SuiteRow> rows);

}  // namespace firedrill::cli
