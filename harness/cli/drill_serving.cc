#include "cli/drill_serving.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/console.h"
#include "console/mcp/game_toolbox.h"
#include "console/mcp/stdio.h"
#include "console/pages/aftermath.h"
#include "console/pages/server/pages_server.h"
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

// Empty where there is none yet.
std::string text_of_log(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A line at the file's end, in one piece.
void add_to_log(const std::string& path, const std::string& line) {
  std::ofstream file(path, std::ios::binary | std::ios::app);
  file << line << std::flush;
  if (!file) return print_err(format("firedrill: warning: {} cannot be written to\n", printable(path)));
  files_are_written();
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

ExitCode check_log(const std::string& log) {
  const auto refuse = [&](std::string_view what, std::string_view help) {
    print_err(format("firedrill: error: --log {} {}\n      = help: {}\n", printable(log), what, help));
    return kBadInput;
  };
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(log, error);
  if (fs::is_directory(status)) return refuse("is a folder", "name a file: it is made where there is none yet");
  if (!fs::exists(status)) {
    const fs::path folder = fs::path(log).parent_path();
    const std::string parent = folder.empty() ? "." : folder.string();
    const bool free = fs::is_directory(parent, error) && ::access(parent.c_str(), W_OK | X_OK) == 0;
    return free ? kPassed : refuse("cannot be made there", "name a file in a folder that you may write to");
  }
  if (!fs::is_regular_file(status)) return refuse("is no regular file", "name another file");
  if (::access(log.c_str(), R_OK | W_OK) != 0) {
    return refuse("cannot be read and written to", "name a file that you may write to");
  }
  const std::string text = text_of_log(log);
  const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
  if (!blank && console::pages::read_log(text).empty()) {
    return refuse("holds something else than drills", "name another file: it is made where there is none yet");
  }
  return kPassed;
}

int serve_pages(console::DrillHost& host, const DrillPages& options) {
  console::pages::PagesServer::Options given{
      .port = options.port, .facilitator_port = options.facilitator_port, .speed = options.speed};
  if (!options.log.empty()) {
    given.log_text = [path = options.log] { return text_of_log(path); };
    given.log_add = [path = options.log](const std::string& line) { add_to_log(path, line); };
  }
  const auto server = console::pages::PagesServer::start(host, std::move(given));
  if (!server) {
    print_err(format("firedrill: error: {}\n      = help: choose another port, or none: any free one is taken\n",
                     printable(server.error())));
    return kEnvironment;
  }
  const SignalsHeld held;
  const std::string trainee = (*server)->trainee_url(), facilitator = (*server)->facilitator_url();
  if (options.json) {
    print_data(write_json(json::object{{"trainee", trainee}, {"facilitator", facilitator}}, JsonStyle::compact) + "\n");
  } else {
    print_out(
        format("open this in a browser to work the drill:\n  {}\n\nfor whoever runs it (it gives the drill "
               "away):\n  {}\n\nCtrl+C ends it.\n",
               trainee, facilitator));
  }
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
