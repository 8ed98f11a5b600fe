#include "cli/drill_serving.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "console/mcp/game_toolbox.h"
#include "console/mcp/stdio.h"
#include "console/server/drill_server.h"
#include "http/loopback.h"

namespace firedrill::cli {
namespace {

constexpr double kLookSeconds = 0.05;

void print_addresses(const console::DrillServer& server, bool as_json) {
  const std::string agent = format("http://{}", http::address_of(server.port()));
  const std::string control = format("http://{}", http::address_of(server.control_port()));
  if (as_json) {
    print_data(write_json(json::object{{"agent", json::object{{"url", agent}, {"token", server.token()}}},
                                       {"control", json::object{{"url", control}, {"token", server.control_token()}}}},
                          JsonStyle::compact) +
               "\n");
    return;
  }
  print_out(format("prometheus    {}\nalertmanager  {}/alertmanager\ndrill         {}/drill/v1\ntoken         {}\n\n",
                   agent, agent, agent, server.token()));
  print_out(format("control       {}/control/v1\ntoken         {}\n", control, server.control_token()));
}

}  // namespace

int serve_drill(console::DrillHost& host, const DrillServing& options) {
  const auto server = console::DrillServer::start(host, {.port = options.port, .control_port = options.control_port});
  if (!server) {
    print_err(format("firedrill: error: {}\n      = help: choose another port, or none: any free one is taken\n",
                     printable(server.error())));
    return kEnvironment;
  }
  const SignalsHeld held;
  print_addresses(**server, options.json);
  while (!interrupted() && !(*server)->ended()) sleep_seconds(kLookSeconds);
  (*server)->stop();
  return interrupted() ? kInterrupted : kPassed;
}

int drill_over_mcp(console::Game& game) {
  const SignalsHeld held;
  console::mcp::GameToolbox tools(game);
  const bool written = console::mcp::serve(tools, STDIN_FILENO, STDOUT_FILENO, [] { return interrupted(); });
  if (interrupted()) return kInterrupted;
  return written ? kPassed : kEnvironment;
}

}  // namespace firedrill::cli
