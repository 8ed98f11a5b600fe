// The commands' declarations, one line each; see cli.h.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace firedrill::cli {

std::function<int()> declare_run(CLI::App& app);
std::function<int()> declare_test(CLI::App& app);
std::function<int()> declare_check(CLI::App& app);
std::function<int()> declare_report(CLI::App& app);
std::function<int()> declare_query(CLI::App& app);
std::function<int()> declare_export(CLI::App& app);
std::function<int()> declare_list(CLI::App& app);
std::function<int()> declare_schema(CLI::App& app);
std::function<int()> declare_slo(CLI::App& app);

// For the paths among the arguments: what is wrong with an empty one, as CLI11's checks say it.
std::string not_empty(const std::string& path);

}  // namespace firedrill::cli
