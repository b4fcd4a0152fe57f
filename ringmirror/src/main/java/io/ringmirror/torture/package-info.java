/**
 * The torture: a checking workload against real servers and a real cluster, all processes on loopback, while parts of
 * them are killed, stopped and promoted by a plan that a seed gives. Start at {@link io.ringmirror.torture.Torture}.
 *
 * <p>Three witnesses that know nothing of each other are compared: what clients were told ({@link
 * io.ringmirror.torture.Ledger}), what stands in the ring ({@link io.ringmirror.torture.RingHistory}), and what is on
 * the replicas' disks ({@link io.ringmirror.torture.ReplicaCheck}).
 */
package io.ringmirror.torture;
