// The part of Session for websockets that their model is told to ignore: they hold no place on it.
#include <boost/asio/post.hpp>

#include "event.h"
#include "session.h"

namespace paddock::http {

namespace {

// What the control thread says, carried to the worker.
struct Told {
  Event over;
  std::optional<router::Router::Sight> sight;
};

Task<router::Router::Sight> look(Worker& worker, const ModelId& model) {
  const auto told = std::make_shared<Told>();
  auto carry = [told, &context = worker.context()](router::Router::Sight sight) {
    asio::post(context, [told, sight = std::move(sight)]() mutable {
      told->sight.emplace(std::move(sight));
      told->over.set();
    });
  };
  worker.shared().router.sight(model, std::move(carry));
  co_await told->over.wait();
  co_return std::move(*told->sight);
}

}  // namespace

Task<ExchangeResult> Session::exchange_unleased(const ExchangeRequest& request,
                                                const config::ModelConfig& model) {
  watch();
  const router::Router::Sight sight = co_await look(worker_, model.id);
  if (gone_ || entry_->cancelled || !sight) {
    ExchangeResult result;
    if (!sight) result.error() = to_api_error(sight.error(), model.id.str());
    co_return result;
  }
  co_return co_await exchange_on(request, *sight, model.timeouts);
}

}  // namespace paddock::http
