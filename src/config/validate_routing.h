// RoutingDraft -> Routing: which of the two styles counts, and what must hold between groups, the matrix and
// the models. Pure but for what is reported; one loading, one thread.
#pragma once

#include <vector>

#include "draft_routing.h"
#include "paddock/config/model.h"
#include "paddock/config/routing.h"

namespace paddock::config {

class ModelNames;
class Report;

// `models` are all of the file, in its order, those with errors too.
Routing validate_routing(const RoutingDraft& draft, const std::vector<ModelConfig>& models, Report& report);

// With `(default)` as the last; an empty draft gives that alone.
Groups validate_groups(const GroupsDraft& draft, const ModelNames& models, Report& report);

// `key` is where `matrix` stands.
Matrix validate_matrix(const MatrixDraft& draft, SourcePos key, const ModelNames& models, Report& report);

}  // namespace paddock::config
