// Commands as people write them into playbooks, and what they do.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "oncall/playbook/remedy.h"

namespace firedrill::oncall {

struct Command {
  std::optional<Remedy> remedy{};  // nothing: it only looks
  std::string service{};           // by the workload that it names; empty: none, or a blank such as NAME
  std::string pod{};               // of one pod alone
  std::string certificate{};       // of one that is renewed, as "checkout-tls"
  std::string node{};
  std::string alert{};                              // of a silence
  std::map<std::string, std::string> parameters{};  // replicas, namespace, …
  bool has_blanks = false;                          // some of them are left to whoever reads it: share=<share>
  bool operator==(const Command&) const = default;
};

// Whether the text begins with a program that is known here: kubectl, helm, amtool, ….
bool begins_like_command(std::string_view text);

// Nothing if what it does is not known.
std::optional<Command> read_command(std::string_view text);

// "shed_load web share=50%", as a line `Action: …` has it.
struct ActionText {
  std::optional<Command> command{};
  std::string unknown{};  // the name, if it is none
  std::string wrong{};    // what is wrong with the rest of it
  std::string remedy{};   // and what would be right
};
ActionText read_action(std::string_view text);

}  // namespace firedrill::oncall
