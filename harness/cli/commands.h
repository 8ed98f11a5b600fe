// The commands' declarations, one line each; see cli.h.
#pragma once

#include "cli/arguments.h"

namespace firedrill::cli {

void declare_run(Arguments arguments);
void declare_test(Arguments arguments);
void declare_test_scenarios(Arguments arguments);  // a command below it
void declare_check(Arguments arguments);
void declare_report(Arguments arguments);
void declare_query(Arguments arguments);
void declare_export(Arguments arguments);
void declare_list(Arguments arguments);
void declare_schema(Arguments arguments);
void declare_slo(Arguments arguments);
void declare_completions(Arguments arguments);
void declare_route(Arguments arguments);

}  // namespace firedrill::cli
