// A program that works a drill: started with a shell, spoken to in lines over its standard input and output, and ended
// when it is to end. Whatever it does, nobody waits for it for good.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"

namespace firedrill::console {

class AgentProcess {
 public:
  // What went wrong with the other side.
  enum class Trouble {
    ended,      // it has closed its output, or ended
    silent,     // it says nothing for too long
    floods,     // a line that is too long
    reads_not,  // it does not read what it is told
  };

  // The error: it could not be started.
  static std::expected<std::unique_ptr<AgentProcess>, std::string> start(const std::string& command);
  ~AgentProcess();  // with all that it has started
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;

  // Ends all that there are, with what they have started: for who leaves without destroying anything. May be called
  // within a signal's handler.
  static void end_all();

  // One line, with its end; waits for no longer than that at a time.
  std::expected<void, Trouble> write(std::string_view line, Duration patience);
  // The next line without its end.
  std::expected<std::string, Trouble> read(std::size_t longest, Duration patience);

 private:
  AgentProcess(int pid, int input, int output);

  void end() const;

  int pid_;
  int input_;   // of the program: written to
  int output_;  // read from
  std::string buffer_;
  bool closed_ = false;
};
std::string_view to_string(AgentProcess::Trouble trouble);

}  // namespace firedrill::console
