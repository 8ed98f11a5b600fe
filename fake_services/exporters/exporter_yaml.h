// An exporter's file, ours or a scenario's own: one reader for both.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "fake_services/exporters/exporter.h"
#include "yaml/decode.h"
#include "yaml/form.h"

namespace firedrill::fake_services {

extern const yaml::FileForm kExporterForm;

// The whole file.
const yaml::Block& exporter_block();

// The exporters that a file may be like, by name; null: there is none of that name.
using KnownExporters = std::function<std::shared_ptr<const Exporter>(std::string_view name)>;

// Null if there is any error; all of them are told: unknown signals, two series of a metric with the same labels, two
// metrics that have a series of one name, a placeholder that the metric does not stand for, a counter with bounds.
std::shared_ptr<const Exporter> decode_exporter(const yaml::Node& root, Diagnostics& diagnostics,
                                                const KnownExporters& known = {});

}  // namespace firedrill::fake_services
