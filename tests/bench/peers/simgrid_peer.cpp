// The peers' workloads as SimGrid's users would write them, with S4U.
//
// usage: simgrid_peer hold PENDING EVENTS | mm1 CUSTOMERS | chain REQUESTS
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <string>

#include <simgrid/s4u.hpp>

namespace sg4 = simgrid::s4u;

namespace {

std::mt19937_64 g_random(1);

double exponential(double mean)
{
  return std::exponential_distribution<double>(1.0 / mean)(g_random);
}

struct Tally {
  unsigned long n = 0;
  double sum      = 0.0;
  void add(double value)
  {
    n++;
    sum += value;
  }
  double mean() const { return n ? sum / n : 0.0; }
};

// ---- hold: each actor sleeps, again and again ----

void run_hold(sg4::Engine& engine, unsigned long pending, unsigned long events)
{
  auto* host             = sg4::create_full_zone("zone")->create_host("host", 1e9);
  unsigned long happened = 0;
  for (unsigned long i = 0; i < pending; i++)
    sg4::Actor::create("waiter", host, [&happened] {
      while (true) {
        sg4::this_actor::sleep_for(exponential(1.0));
        happened++;
      }
    });
  engine.run_until(static_cast<double>(events) / static_cast<double>(pending));
  std::printf("{\"events\": %lu, \"mean\": %.9g}\n", happened,
              static_cast<double>(events) / static_cast<double>(happened));
  std::fflush(stdout);
  std::_Exit(0); // to end the actors one by one is not what is measured
}

// ---- M/M/1: 100 customers a second, 8 ms each ----

struct Queue {
  std::queue<double> arrivals;
  sg4::SemaphorePtr waiting = sg4::Semaphore::create(0);
};

void run_mm1(sg4::Engine& engine, unsigned long customers)
{
  auto* host = sg4::create_full_zone("zone")->create_host("host", 1e9);
  Queue queue;
  Tally responses;
  sg4::Actor::create("source", host, [&queue, customers] {
    for (unsigned long i = 0; i < customers; i++) {
      sg4::this_actor::sleep_for(exponential(0.010));
      queue.arrivals.push(sg4::Engine::get_clock());
      queue.waiting->release();
    }
  });
  sg4::Actor::create("server", host, [&queue, &responses, customers] {
    while (responses.n < customers) {
      queue.waiting->acquire();
      sg4::this_actor::sleep_for(exponential(0.008));
      responses.add(sg4::Engine::get_clock() - queue.arrivals.front());
      queue.arrivals.pop();
    }
  });
  engine.run();
  std::printf("{\"requests\": %lu, \"mean\": %.9g}\n", customers, responses.mean());
}

// ---- the chain: three components that call synchronously, over links that lose a message now and then ----

constexpr double LOSS = 0.001, TIMEOUT_S = 1.0;
constexpr uint64_t BYTES = 1;

bool is_lost()
{
  return std::uniform_real_distribution<double>()(g_random) < LOSS;
}

// A message: a request that wants an answer at `reply_to`, or the answer with the request's number.
struct Message {
  sg4::Mailbox* reply_to;
  unsigned long number;
  double asked_at;
  bool ok;
};

struct Component {
  std::string name;
  int workers;
  double work_s;
  Component* callee;
  sg4::Host* host           = nullptr;
  std::queue<Message> inbox = {};
  sg4::SemaphorePtr waiting = sg4::Semaphore::create(0);
  std::vector<sg4::ActorPtr> actors = {};
};

void send(sg4::Mailbox* to, const Message& message)
{
  if (!is_lost())
    to->put_init(new Message(message), BYTES)->detach([](void* lost) { delete static_cast<Message*>(lost); });
}

// Takes what arrives at the component into its inbox.
void accept(Component* component)
{
  auto* door = sg4::Mailbox::by_name(component->name);
  door->set_receiver(sg4::Actor::self()); // so that messages travel while all workers are busy
  while (true) {
    auto message = door->get_unique<Message>();
    component->inbox.push(*message);
    component->waiting->release();
  }
}

// Asks the callee; whether a good answer came in time.
bool call(const Component* component, sg4::Mailbox* answers, unsigned long number)
{
  double end = sg4::Engine::get_clock() + TIMEOUT_S;
  send(sg4::Mailbox::by_name(component->callee->name), {answers, number, 0.0, true});
  try {
    while (true) {
      auto answer = answers->get_unique<Message>(end - sg4::Engine::get_clock());
      if (answer->number == number) // and not one that came too late
        return answer->ok;
    }
  } catch (const simgrid::TimeoutException&) {
    return false;
  }
}

void work(Component* component, int worker, Tally* responses)
{
  auto* answers = sg4::Mailbox::by_name(component->name + std::to_string(worker));
  for (unsigned long number = 0;; number++) {
    component->waiting->acquire();
    Message request = component->inbox.front();
    component->inbox.pop();
    sg4::this_actor::sleep_for(exponential(component->work_s));
    bool ok = !component->callee || call(component, answers, number);
    if (request.reply_to)
      send(request.reply_to, {nullptr, request.number, 0.0, ok});
    else if (ok)
      responses->add(sg4::Engine::get_clock() - request.asked_at);
  }
}

void ask(Component* front, unsigned long requests)
{
  for (unsigned long i = 0; i < requests; i++) {
    sg4::this_actor::sleep_for(exponential(0.020));
    front->inbox.push({nullptr, i, sg4::Engine::get_clock(), true});
    front->waiting->release();
  }
  sg4::this_actor::sleep_for(10.0); // until all are answered
}

void connect(sg4::NetZone* zone, const Component& one, const Component& other)
{
  auto* link = zone->create_link(one.name + other.name, 1e12)->set_latency(0.020)->seal();
  zone->add_route(one.host->get_netpoint(), other.host->get_netpoint(), nullptr, nullptr,
                  {sg4::LinkInRoute(link)}, true);
}

void run_chain(sg4::Engine& engine, unsigned long requests)
{
  auto* zone = sg4::create_full_zone("zone");
  Component back{"back", 4, 0.020, nullptr}, middle{"middle", 8, 0.010, &back}, front{"front", 16, 0.010, &middle};
  Tally responses;
  for (auto* component : {&back, &middle, &front})
    component->host = zone->create_host(component->name, 1e9);
  connect(zone, front, middle);
  connect(zone, middle, back);
  zone->seal();
  for (auto* component : {&back, &middle, &front}) {
    sg4::Actor::create("door", component->host, accept, component)->daemonize();
    for (int i = 0; i < component->workers; i++)
      sg4::Actor::create("worker", component->host, work, component, i, &responses)->daemonize();
  }
  sg4::Actor::create("users", front.host, ask, &front, requests);
  engine.run();
  std::printf("{\"requests\": %lu, \"mean\": %.9g, \"failed\": %lu}\n", requests, responses.mean(),
              requests - responses.n);
}

} // namespace

int main(int n, char** arguments)
{
  std::string workload = n > 2 ? arguments[1] : "";
  unsigned long first  = n > 2 ? std::strtoul(arguments[2], nullptr, 10) : 0;
  unsigned long second = n > 3 ? std::strtoul(arguments[3], nullptr, 10) : 0;
  sg4::Engine engine(&n, arguments);
  // Plain latencies, as the other simulators have them: no model of TCP.
  sg4::Engine::set_config("network/model:CM02");
  sg4::Engine::set_config("network/crosstraffic:no");
  if (workload == "hold" && second > 0)
    run_hold(engine, first, second);
  else if (workload == "mm1")
    run_mm1(engine, first);
  else if (workload == "chain")
    run_chain(engine, first);
  else
    return 2;
  return 0;
}
