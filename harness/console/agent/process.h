// A program that works drills: started with a shell, spoken to in lines over its standard input and output, and ended
// when it is to end. Whatever it does, nobody waits for it for good.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace firedrill::console {

class AgentProcess {
 public:
  // What went wrong with the other side.
  enum class Trouble {
    ended,      // it has closed its output, or ended
    deaf,       // it has closed its input, or ended; what it wrote before can be read
    silent,     // it says nothing for too long
    floods,     // a line that is too long
    reads_not,  // it does not read what it is told
    stopped,    // nothing of it: who waits for it was asked for an end
  };
  // Whether who waits is to wait no longer; empty: never.
  using Stop = std::function<bool()>;

  // The error: it could not be started.
  static std::expected<std::unique_ptr<AgentProcess>, std::string> start(const std::string& command);
  // Its input and output are closed; nobody waits for its end. If it has not ended in a moment, it is ended, with all
  // that it has started: when the next one is started or goes, or by end_those_that_are_left().
  ~AgentProcess();
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;

  // Those whose input and output are closed: returns when they have ended.
  static void end_those_that_are_left();
  // Ends all that there are, with what they have started: for who leaves without destroying anything. May be called
  // within a signal's handler.
  static void end_all();

  // One line, with its end, which it has to read within that time.
  std::expected<void, Trouble> write(std::string_view line, Duration patience, const Stop& stop = {});
  // The next line without its end, which it has to write within that time.
  std::expected<std::string, Trouble> read(std::size_t longest, Duration patience, const Stop& stop = {});
  // What it has written so far is not read any more. False: it has closed its output, or writes without an end.
  bool forget();
  // How it has ended, as waitpid says it, waiting a moment for it to do so; nothing: it goes on.
  std::optional<int> ending() const;

 private:
  AgentProcess(int pid, int input, int output);

  void take_what_is_there();

  int pid_;
  int input_;   // of the program: written to
  int output_;  // read from
  std::string buffer_;
  bool closed_ = false;
};
std::string_view to_string(AgentProcess::Trouble trouble);

}  // namespace firedrill::console
