// Exporters of one's own: files of the same form as ours (exporter_yaml.h), which a topology names.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fake_services/exporters/exporter.h"
#include "yaml/document.h"

namespace firedrill::fake_services {

// Reads the file of an exporter by the path that a topology writes. Null if it cannot be read or is none, which is
// told.
using ReadExporterFile =
    std::function<const yaml::Document*(const std::string& path, const Position& named_at, Diagnostics& diagnostics)>;

// Adds the exporters of the files, in their order: a later one may be like an earlier one. Errors are those of the
// files, a file that is named twice, and a name that another exporter has, ours or one's own. `named_at`, by path.
void read_own_exporters(std::span<const std::string> paths, std::span<const Position> named_at,
                        const ReadExporterFile& read, std::vector<std::shared_ptr<const Exporter>>& exporters,
                        Diagnostics& diagnostics);

}  // namespace firedrill::fake_services
