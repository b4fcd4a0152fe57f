/*
 * Three servers in a circle: server m is the source of mirror m, and the destination of the mirror of the server before
 * it. What may wait for what: room in caches, logs to go on in, flushes, releases. A server crashes and starts again;
 * mirror 0 is taken over by its destination. Every step brings something forward and faults are bounded, so every run
 * ends; a run may only end where all that clients wanted to write is in the log, and flushed and sealed at both ends. A
 * deadlock is an end anywhere else. Every -D switch named in capitals below couples what the design keeps apart.
 */
#define SERVERS 3
#ifndef WRITES
#define WRITES 3		/* by the clients of each mirror */
#endif
#ifndef ROOM
#define ROOM 1			/* writes that a cache holds, frozen ones included; a server has one for each role */
#endif
#ifndef LOGS
#define LOGS 2			/* of each ring, at its bound */
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef TAKEOVERS
#define TAKEOVERS 1
#endif

#define MIN(a, b) ((a) < (b) -> (a) : (b))

typedef Place { byte writes, seals }	/* so many of each, from the ring's beginning on */

typedef Replica {
	Place taken;		/* into the cache; lost by a crash */
	Place target;		/* of the flush under way */
	bit flushing;
	Place flushed;
	bit serves
}

/* Writes and seals in the ring. Numbering, logging and answering a write are one step: Kafka holds nobody up here. */
typedef Mirror {
	Place end;
	byte cut[WRITES + 1];	/* writes up to the end of each sealed epoch */
	bit owner;		/* the replica that may serve */
	Replica replica[2]	/* 0 at server m, 1 at the next one */
}

Mirror mirror[SERVERS];
byte crashes = CRASHES, takeovers = TAKEOVERS;
bit busy[SERVERS];		/* a server's only thread waits until a write fits */

#define M mirror[m]
#define R mirror[m].replica[i]
#define HOST (i == 0 -> m : (m + 1) % SERVERS)
#define BEFORE(server) ((server + SERVERS - 1) % SERVERS)
#define RELEASED MIN(M.replica[0].flushed.seals, M.replica[1].flushed.seals)
#define IS_LEVEL (R.taken.writes == M.end.writes && R.taken.seals == M.end.seals)
#define IS_FLUSHED (R.flushed.writes == R.taken.writes && R.flushed.seals == R.taken.seals)
#define IS_DONE(m) (mirror[m].end.writes == WRITES && mirror[m].cut[mirror[m].end.seals] == WRITES && \
	IS_DONE_AT(m, 0) && IS_DONE_AT(m, 1))
#define IS_DONE_AT(m, i) (mirror[m].replica[i].flushed.writes == WRITES && \
	mirror[m].replica[i].flushed.seals == mirror[m].end.seals)
#define ALL_DONE (IS_DONE(0) && IS_DONE(1) && IS_DONE(2))

/* Room for one more write. */
#define HELD(m, i) (mirror[m].replica[i].taken.writes - mirror[m].replica[i].flushed.writes)
#ifdef SHARED_MEMORY
#define HAS_ROOM (HELD(HOST, 0) + HELD(BEFORE(HOST), 1) < 2 * ROOM)
#else
#define HAS_ROOM (HELD(m, i) < ROOM)
#endif

/* Consuming. */
#define SEAL_IS_NEXT (R.taken.seals < M.end.seals && R.taken.writes == M.cut[R.taken.seals + 1])
#ifdef CONSUMING_WAITS_FOR_PUBLISHING
#define MAY_CONSUME (!busy[HOST])
#else
#define MAY_CONSUME true
#endif

/* Flushing. */
#ifdef FLUSH_WAITS_FOR_PEER
#define MAY_START_FLUSH (!mirror[HOST].replica[0].flushing && !mirror[BEFORE(HOST)].replica[1].flushing)
#define MAY_END_FLUSH (!R.serves || M.replica[1 - i].flushed.seals >= R.target.seals)
#else
#define MAY_START_FLUSH (!R.flushing)
#define MAY_END_FLUSH true
#endif
#ifdef SERVE_UNFLUSHED
#define HAS_UNFLUSHED false
#else
#define HAS_UNFLUSHED (!IS_FLUSHED)
#endif

/* Rotating: something is dirty, the flush before has ended, and there is a log whose epoch is released. */
#define HAS_NEXT_LOG (M.end.seals + 1 - RELEASED < LOGS)
#define MAY_ROTATE (R.serves && M.end.writes > M.cut[M.end.seals] && MAY_START_FLUSH && HAS_NEXT_LOG)

inline copy(from, to) {
	to.writes = from.writes;
	to.seals = from.seals
}

inline startFlush() {
	copy(R.taken, R.target);
	R.flushing = 1
}

inline endFlush() {
	/* The one inequality: flushed <= taken <= in the log. */
	assert(R.flushed.writes <= R.target.writes && R.target.writes <= R.taken.writes && R.taken.writes <= M.end.writes);
	copy(R.target, R.flushed);
	R.flushing = 0;
	R.target.writes = 0;
	R.target.seals = 0
}

inline write() {
	M.end.writes++;
	R.taken.writes++
}

inline rotate() {
	/* I4: the logs hold the epochs that are not released, and the one that opens. */
	M.end.seals++;
	M.cut[M.end.seals] = M.end.writes;
	assert(M.end.seals + 1 - RELEASED <= LOGS);
	R.taken.seals++;
	startFlush()
}

/* All that was not flushed is gone; it is read again from the log. */
inline restart(m, i) {
	copy(mirror[m].replica[i].flushed, mirror[m].replica[i].taken);
	mirror[m].replica[i].flushing = 0;
	mirror[m].replica[i].target.writes = 0;
	mirror[m].replica[i].target.seals = 0;
	mirror[m].replica[i].serves = 0
}

/* One replica's server, as far as this mirror goes. */
proctype Replicate(byte m; bit i) {
end:	do
	/* Any replica follows the ring, and flushes on its own schedule. */
	:: d_step { !R.serves && !IS_LEVEL && MAY_CONSUME && SEAL_IS_NEXT -> R.taken.seals++ }
	:: d_step { !R.serves && !IS_LEVEL && MAY_CONSUME && !SEAL_IS_NEXT && HAS_ROOM -> R.taken.writes++ }
	:: d_step { !R.serves && !IS_FLUSHED && MAY_CONSUME && MAY_START_FLUSH -> startFlush(); endFlush() }

	/* The owner serves once it is level with the ring, and flushes what it took in; from then on when it rotates. */
	:: d_step { M.owner == i && !R.serves && IS_LEVEL && !HAS_UNFLUSHED -> R.serves = 1 }
	:: d_step { M.owner == i && !R.serves && IS_LEVEL && HAS_UNFLUSHED && MAY_START_FLUSH -> startFlush(); R.serves = 1 }
#ifdef CONSUMING_WAITS_FOR_PUBLISHING
	:: d_step { R.serves && M.end.writes < WRITES && !busy[HOST] -> busy[HOST] = 1 }
	:: d_step { R.serves && M.end.writes < WRITES && busy[HOST] && HAS_ROOM -> write(); busy[HOST] = 0 }
#else
	:: d_step { R.serves && M.end.writes < WRITES && HAS_ROOM -> write() }
#endif
	:: d_step { MAY_ROTATE -> rotate() }
	:: d_step { R.flushing && MAY_END_FLUSH -> endFlush() }
	od
}

/* A server crashes and starts again; the destination of mirror 0 takes over, and the source before is a destination. */
proctype Faults() {
end:	do
	:: d_step { crashes > 0 -> crashes--; restart(0, 0); restart(2, 1); busy[0] = 0 }
#if TAKEOVERS > 0
	/* Without a takeover all servers are alike, and one stands for all. */
	:: d_step { crashes > 0 -> crashes--; restart(1, 0); restart(0, 1); busy[1] = 0 }
	:: d_step { crashes > 0 -> crashes--; restart(2, 0); restart(1, 1); busy[2] = 0 }
#endif
	:: d_step { takeovers > 0 && mirror[0].owner == 0 ->
		takeovers--; mirror[0].owner = 1; restart(0, 0); busy[0] = 0 }
	od
}

/* Ends only when all is done. */
proctype AllDone() {
	ALL_DONE
}

init {
	atomic {
		run AllDone();
		run Faults();
		run Replicate(0, 0); run Replicate(0, 1);
		run Replicate(1, 0); run Replicate(1, 1);
		run Replicate(2, 0); run Replicate(2, 1)
	}
}
