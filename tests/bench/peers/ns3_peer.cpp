// The peers' workloads as users of ns-3's core would write them.
//
// usage: ns3_peer hold PENDING EVENTS | mm1 CUSTOMERS | chain REQUESTS
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <queue>
#include <string>

#include "ns3/core-module.h"

using namespace ns3;

namespace
{

Ptr<ExponentialRandomVariable> Exponential(double mean)
{
    auto variable = CreateObject<ExponentialRandomVariable>();
    variable->SetAttribute("Mean", DoubleValue(mean));
    return variable;
}

struct Tally
{
    uint64_t n = 0;
    double sum = 0.0;
    void Add(double value)
    {
        n++;
        sum += value;
    }
    double Mean() const { return n ? sum / n : 0.0; }
};

// ---- hold: each event schedules its successor ----

uint64_t g_happened = 0;
Ptr<ExponentialRandomVariable> g_gap;

void Hold()
{
    g_happened++;
    Simulator::Schedule(Seconds(g_gap->GetValue()), &Hold);
}

void RunHold(uint64_t pending, uint64_t events)
{
    g_gap = Exponential(1.0);
    for (uint64_t i = 0; i < pending; i++)
        Simulator::Schedule(Seconds(g_gap->GetValue()), &Hold);
    Simulator::Stop(Seconds(double(events) / pending));
    Simulator::Run();
    std::printf("{\"events\": %lu, \"mean\": %.9g}\n", g_happened, double(events) / g_happened);
}

// ---- M/M/1: 100 customers a second, 8 ms each ----

class Server
{
  public:
    void Arrive(uint64_t customersLeft)
    {
        m_waiting.push(Simulator::Now());
        if (m_waiting.size() == 1)
            Simulator::Schedule(Seconds(m_work->GetValue()), &Server::Leave, this);
        if (customersLeft > 1)
            Simulator::Schedule(Seconds(m_gap->GetValue()), &Server::Arrive, this, customersLeft - 1);
    }

    Tally responses;

  private:
    void Leave()
    {
        responses.Add((Simulator::Now() - m_waiting.front()).GetSeconds());
        m_waiting.pop();
        if (!m_waiting.empty())
            Simulator::Schedule(Seconds(m_work->GetValue()), &Server::Leave, this);
    }

    std::queue<Time> m_waiting;
    Ptr<ExponentialRandomVariable> m_gap = Exponential(0.010);
    Ptr<ExponentialRandomVariable> m_work = Exponential(0.008);
};

void RunMm1(uint64_t customers)
{
    Server server;
    Simulator::ScheduleNow(&Server::Arrive, &server, customers);
    Simulator::Run();
    std::printf("{\"requests\": %lu, \"mean\": %.9g}\n", customers, server.responses.Mean());
}

// ---- the chain: three components that call synchronously, over links that lose a message now and then ----

const Time LINK = MilliSeconds(20);
const Time TIMEOUT = Seconds(1);
const double LOSS = 0.001;

struct Call
{
    std::function<void(bool)> answered;
    EventId timeout;
    bool over = false;
};

void Answer(std::shared_ptr<Call> call, bool ok)
{
    if (call->over)
        return;
    call->over = true;
    call->timeout.Cancel();
    call->timeout = EventId(); // which would hold the event, and that the call
    call->answered(ok);
}

class Component
{
  public:
    Component(unsigned workers, double work, Component* callee)
        : m_free(workers), m_work(Exponential(work)), m_callee(callee)
    {
    }

    // Works, calls the next component if there is one, and says whether all went well.
    void Serve(std::function<void(bool)> done)
    {
        if (m_free == 0)
        {
            m_inbox.push(std::move(done));
            return;
        }
        m_free--;
        Work(std::move(done));
    }

  private:
    void Work(std::function<void(bool)> done)
    {
        Simulator::Schedule(Seconds(m_work->GetValue()), &Component::Worked, this, std::move(done));
    }

    void Worked(std::function<void(bool)> done)
    {
        if (!m_callee)
        {
            Finish(done, true);
            return;
        }
        auto call = std::make_shared<Call>();
        call->answered = [this, done](bool ok) { Finish(done, ok); };
        call->timeout = Simulator::Schedule(TIMEOUT, &Answer, call, false);
        if (!Lost())
            Simulator::Schedule(LINK, &Component::Receive, this, call);
    }

    void Receive(std::shared_ptr<Call> call)
    {
        m_callee->Serve([this, call](bool ok) {
            if (!Lost())
                Simulator::Schedule(LINK, &Answer, call, ok);
        });
    }

    void Finish(const std::function<void(bool)>& done, bool ok)
    {
        done(ok);
        if (m_inbox.empty())
        {
            m_free++;
            return;
        }
        auto next = std::move(m_inbox.front());
        m_inbox.pop();
        Work(std::move(next));
    }

    bool Lost() { return m_chance->GetValue() < LOSS; }

    unsigned m_free;
    Ptr<ExponentialRandomVariable> m_work;
    Ptr<UniformRandomVariable> m_chance = CreateObject<UniformRandomVariable>();
    Component* m_callee;
    std::queue<std::function<void(bool)>> m_inbox;
};

struct Chain
{
    Component back{4, 0.020, nullptr};
    Component middle{8, 0.010, &back};
    Component front{16, 0.010, &middle};
    Ptr<ExponentialRandomVariable> gap = Exponential(0.020);
    Tally responses;

    void Ask(uint64_t requestsLeft)
    {
        Time asked = Simulator::Now();
        front.Serve([this, asked](bool ok) {
            if (ok)
                responses.Add((Simulator::Now() - asked).GetSeconds());
        });
        if (requestsLeft > 1)
            Simulator::Schedule(Seconds(gap->GetValue()), &Chain::Ask, this, requestsLeft - 1);
    }
};

void RunChain(uint64_t requests)
{
    Chain chain;
    Simulator::ScheduleNow(&Chain::Ask, &chain, requests);
    Simulator::Run();
    std::printf("{\"requests\": %lu, \"mean\": %.9g, \"failed\": %lu}\n", requests, chain.responses.Mean(),
                requests - chain.responses.n);
}

} // namespace

int main(int n, char** arguments)
{
    std::string workload = n > 2 ? arguments[1] : "";
    uint64_t first = n > 2 ? std::strtoull(arguments[2], nullptr, 10) : 0;
    uint64_t second = n > 3 ? std::strtoull(arguments[3], nullptr, 10) : 0;
    if (workload == "hold" && second > 0)
        RunHold(first, second);
    else if (workload == "mm1")
        RunMm1(first);
    else if (workload == "chain")
        RunChain(first);
    else
        return 2;
    Simulator::Destroy();
    return 0;
}
