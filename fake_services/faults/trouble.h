// Faults that raise a level of trouble (exporters/states.h): what exporters show of it is the cause of alerts that no
// request knows of.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "fake_services/exporters/states.h"
#include "fake_services/faults/fault.h"

namespace firedrill::fake_services::faults {

class Trouble final : public Fault {
 public:
  Trouble(std::size_t state, double level) : state_(state), level_(level) {}
  std::optional<StateChange> state() const override { return StateChange{state_, level_, 1}; }
  std::optional<std::string> symptom(const Observation& before, const Observation& during,
                                     std::string_view target) const override;
  std::string unseen(const Observation& before, const Observation& during, std::string_view target) const override;

 private:
  std::size_t state_;
  double level_;
};

// What such a fault is told: which of the levels of its kind it raises, and how far.
template <StateOf kind>
std::span<const FieldSpec> trouble_fields() {
  static const FieldSpec kFields[] = {
      {.name = "what",
       .type = FieldType::text,
       .required = true,
       .doc = "the level that it raises; `firedrill list states` names them",
       .choices = states_of(kind)},
      {.name = "level", .type = FieldType::number, .doc = "that it raises it to; a usual bad one if absent"},
  };
  return kFields;
}

template <StateOf kind>
bool is_of(std::size_t state) {
  return state_table()[state].of == kind;
}

// A level that its unit does not have: a flag is 0 or 1, and a part of a whole at most 1.
std::optional<FieldProblem> check_level(const Fields& fields);

// Of the fields `what` and `level`.
std::shared_ptr<const Fault> make_trouble(const Fields& fields);

}  // namespace firedrill::fake_services::faults
