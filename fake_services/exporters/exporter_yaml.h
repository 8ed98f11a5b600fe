// An exporter's file, ours or a scenario's own: one reader for both.
#pragma once

#include <memory>

#include "fake_services/exporters/exporter.h"
#include "yaml/decode.h"
#include "yaml/form.h"

namespace firedrill::fake_services {

extern const yaml::FileForm kExporterForm;

// The whole file.
const yaml::Block& exporter_block();

// Null if there is any error; all of them are told: unknown signals, two series of a metric with the same labels, a
// placeholder that the metric does not stand for, a counter with bounds.
std::shared_ptr<const Exporter> decode_exporter(const yaml::Node& root, Diagnostics& diagnostics);

}  // namespace firedrill::fake_services
