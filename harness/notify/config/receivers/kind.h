// A kind of integration: the form of its block, and what it takes from `global`. One file a kind, one row in the table.
#pragma once

#include <span>
#include <string_view>

#include "notify/config/form/form.h"

namespace firedrill::notify {

struct IntegrationKind {
  std::string_view name;  // as Alertmanager names it in its log: "msteamsv2"
  std::string_view key;   // in a receiver: "msteamsv2_configs"
  const Form* form = nullptr;
  // Fills in what is inherited, and tells of what is missing after that.
  void (*complete)(Value& block, const FormContext& context) = nullptr;
  Version since = Version::v0_25;
};

// In the order in which Alertmanager builds those of a receiver.
std::span<const IntegrationKind> integration_kinds();

// Kinds of later releases, which are refused by name.
std::span<const std::string_view> newer_integration_keys();

// Completes kinds that inherit `http_config` alone.
void complete_client(Value& block, const FormContext& context);

}  // namespace firedrill::notify
