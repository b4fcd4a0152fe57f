package io.ringmirror.producer;

/** A producer that hands everything on to another one, for a test to come between. */
class ForwardingProducer implements RingProducer {
    private final RingProducer producer;

    ForwardingProducer(RingProducer producer) {
        this.producer = producer;
    }

    @Override
    public void fence() {
        producer.fence();
    }

    @Override
    public boolean send(int log, byte[] value, Outcome outcome) {
        return producer.send(log, value, outcome);
    }

    @Override
    public void renew() throws FencedException {
        producer.renew();
    }

    @Override
    public int logs() {
        return producer.logs();
    }

    @Override
    public void close() {
        producer.close();
    }
}
