/*
 * One mirror: two replicas, a ring of two logs, and what the protocol says about records, sessions, terms, epochs,
 * flushes and releases. Servers crash, appends fail with an unknown outcome, and either server may be promoted at any
 * moment, also while the other still writes; the order comes at any later time, and twice. Brokers may lose what they know
 * of the writer's id, whose coordinator then lets nobody in and the last one go on, until the fence is made anew or the
 * coordinator can end it after all. Checked for safety, by the assertions within, and for that no run ends with nobody
 * serving. Server 0 is the source that the definition names. Every -D switch named in capitals below takes one rule away;
 * Spin must then find a violation.
 * With LOSSES brokers may lose the tail of a log, records that were acknowledged among it. What was lost is lost; asked
 * then is that no replica goes on over another history (I2): it stops and says so.
 */
#ifndef WRITES
#define WRITES 2		/* sequences; at most 3, as terms and epochs are */
#endif
#ifndef EPOCHS
#define EPOCHS 3
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef FAILURES
#define FAILURES 1
#endif
#ifndef PROMOTIONS
#define PROMOTIONS 1
#endif
#ifndef REFENCES
#define REFENCES 0		/* whether the coordinator is stuck once, and the fence made anew */
#endif
#ifndef LOSSES
#define LOSSES 0
#endif
#ifndef REFUSALS
#define REFUSALS 0		/* records that brokers refuse, for good or until they are sent again */
#endif
#ifndef DELIVERIES
#define DELIVERIES 1		/* of an order */
#endif
#ifndef RETRIES
#define RETRIES 0		/* of orders whose fence was overtaken before the TermBegin was in the log */
#endif
#define TERMS 3
#define OFFSETS 12		/* of one log */
#ifndef QUEUE
#define QUEUE 2			/* records that a writer has numbered and the log may not have yet; at most 3 */
#endif
#define REFUSED 15		/* the offset of a record that a log has not, and may not get */

#define NOBODY 2
#define OTHER(x) (1 - (x))
#define MIN(a, b) ((a) < (b) -> (a) : (b))

/* A record in 15 bits. What a write carries is told apart by its term and its variant. */
#define TERM_BEGIN 0
#define EPOCH_BEGIN 1
#define WRITE 2
#define EPOCH_END 3
#define RECORD(kind, term, epoch, seq) ((kind) | (term) << 2 | (epoch) << 4 | (seq) << 6)
#define VARIANT (1 << 8)	/* of a WRITE */
#define BY(writer) ((writer) << 8)	/* of a TERM_BEGIN */
#define BY_ORDER (1 << 9)	/* of a TERM_BEGIN */
#define ON_AT(log, offset) ((log) << 8 | (offset) << 9)	/* of an EPOCH_END: the next epoch's log, and where at the least */
#define AFTER_LOSS (1 << 13)	/* of every record that entered after a loss: when it entered, and what a write carries */
#define KIND(r) ((r) & 3)
#define TERM(r) ((r) >> 2 & 3)
#define EPOCH(r) ((r) >> 4 & 3)
#define SEQ(r) ((r) >> 6 & 3)
#define WRITER(r) ((r) >> 8 & 1)
#define NEXT_LOG(r) ((r) >> 8 & 1)
#define NEXT_OFFSET(r) ((r) >> 9 & 15)
#define CONTENT(r) ((r) & ~AFTER_LOSS)
#define OPENS(r) (KIND(r) == TERM_BEGIN || KIND(r) == EPOCH_BEGIN)

typedef Log { short at[OFFSETS]; byte start, end }

/* What a replica knows of the ring: the chain of a server, and its position file. A trail is a log's latest epoch. */
typedef Place {
	byte term, writer, epoch, seq, log, next;
	bit sealed;
	byte trailEpoch[2], trailEnd[2]	/* trailEnd is 0 while the epoch is open */
#if LOSSES
	byte first;		/* where the epoch was opened */
	short last;		/* the record before `next`, or the seal: when it entered is told by its log time */
#endif
#ifdef KEEP_BEHIND_HOLE
	short behind;
#endif
}

mtype = { FOLLOWS, STARTS, READY, FENCED, SERVES, STOPPED };

typedef Server {
	mtype phase;
	bit promoted;		/* it takes the role by order */
	byte knows;		/* how the fence stands, as far as it has heard */
	bit id, checked;	/* by which id it was fenced in; whether it has read the definition since */
	byte ordersLeft;	/* how often the order to it may still come */
	byte orderTerm;		/* the term in which that was given, and in which alone it holds */
	Place chain;		/* lost by a crash */
	Place flushed;		/* the position file */
	/* In the position file, too: the images may hold writes up to this sequence; its role; what it may have sealed. */
	byte dirtyTo;
	bit isSource;
	byte reignEpoch;
	/* The writer's queue, in order; the first `taken` are in the log. What is on the wire outlives the writer. */
	byte queued, taken;
	short queue[3];
	byte queueLog[3], queueOffset[3];
	byte term, epoch, seq, log	/* as numbered, while it serves */
#if LOSSES
	/* By sequence: the writes that the chain took, those that are flushed, and those that a torn flush may have left. */
	short took[WRITES + 1], kept[WRITES + 1], torn[WRITES + 1];
	bit cut;		/* its log ends before what it has read: brokers say so when it asks for more */
#endif
}

Log ring[2];
Server server[2];
byte session[2] = NOBODY;	/* whom brokers let append, by id; a fence makes it another's */
byte released;			/* the tracker's answer: this epoch and all before */
/* The fence as the definition has it: the second id counts once all that the first let in are ended. */
#define FIRST 0
#define CLOSING 1
#define STANDING 2
byte fence = FIRST;
bit stuck, ended;		/* the first id's coordinator lets nobody in; its writers were ended */
byte stucks = REFENCES, refences = REFENCES;
byte crashes = CRASHES, failures = FAILURES, promotions = PROMOTIONS, retries = RETRIES, refusals = REFUSALS;

/* What the properties speak of, and no server sees. */
byte highestTerm;		/* in the log */
byte writer = NOBODY;		/* who was fenced in last, by the id that counted */
short logged[4];		/* by sequence: the write that entered the log */
byte lastBegun;			/* the highest term whose TermBegin entered the log */
byte acknowledged;		/* the highest sequence that a client was answered */
byte lastEpoch[2];		/* the epoch that entered a log last */
#if LOSSES
byte losses = LOSSES;
byte lostLog = 2;
byte newest[2];			/* records of a log that came in after all of the other's */
#define LOST (losses < LOSSES)
#else
#define LOST false
#endif
byte begunTerm, lastWriter;	/* the highest term whose TERM_BEGIN is in the log, and who wrote that */

#define S server[s]
#define CHAIN S.chain
#define POSITION S.flushed
#define LAST_SEALED(p) (p.epoch - (p.sealed -> 0 : 1))
#define FLUSHED_BY_ALL(e) (LAST_SEALED(server[0].flushed) >= (e) && LAST_SEALED(server[1].flushed) >= (e))
#define HAS_MORE (CHAIN.next < ring[CHAIN.log].end)
#define IS_SEALING (S.queued > 0 && KIND(S.queue[S.queued - 1]) == EPOCH_END)
#define MAY_QUEUE (S.phase == SERVES && S.queued < QUEUE && !IS_SEALING)
#define IS_DIRTY (CHAIN.next != POSITION.next || CHAIN.log != POSITION.log)
#define IS_FENCED (session[S.id] != s)
#define ID_OF(known) ((known) == STANDING)

#ifdef NO_FENCE
#define IS_ACCEPTED(s) true
#else
#define IS_ACCEPTED(s) (session[server[s].id] == s)
#endif

inline copyPlace(from, to) {
	to.term = from.term; to.writer = from.writer; to.epoch = from.epoch; to.seq = from.seq; to.log = from.log;
	to.next = from.next; to.sealed = from.sealed;
	to.trailEpoch[0] = from.trailEpoch[0]; to.trailEpoch[1] = from.trailEpoch[1];
	to.trailEnd[0] = from.trailEnd[0]; to.trailEnd[1] = from.trailEnd[1];
#if LOSSES
	to.first = from.first;
	to.last = from.last
#endif
}

inline emptyQueue(y) {
	server[y].queued = 0;
	server[y].taken = 0;
	server[y].queue[0] = 0; server[y].queueLog[0] = 0; server[y].queueOffset[0] = 0;
	server[y].queue[1] = 0; server[y].queueLog[1] = 0; server[y].queueOffset[1] = 0;
	server[y].queue[2] = 0; server[y].queueLog[2] = 0; server[y].queueOffset[2] = 0
}

inline enqueue(record) {
	S.queue[S.queued] = record;
	S.queueLog[S.queued] = S.log;
	S.queued++
}

inline dequeue() {
	S.queued--;
	S.taken--;
	S.queue[0] = S.queue[1]; S.queueLog[0] = S.queueLog[1]; S.queueOffset[0] = S.queueOffset[1];
	S.queue[1] = S.queue[2]; S.queueLog[1] = S.queueLog[2]; S.queueOffset[1] = S.queueOffset[2];
	S.queue[2] = 0; S.queueLog[2] = 0; S.queueOffset[2] = 0
}

/* Brokers append a writer's next record. */
inline enter(s) {
	l = S.queueLog[S.taken];
	r = S.queue[S.taken];
#if LOSSES
	r = r | AFTER_LOSS * LOST;
#endif
	assert(ring[l].end < OFFSETS);
	ring[l].at[ring[l].end] = r;
	S.queueOffset[S.taken] = ring[l].end;
	ring[l].end++;
	S.taken++;
#if LOSSES
	newest[l] = (LOST -> 0 : newest[l] + 1);
	newest[OTHER(l)] = 0;
#endif

	/* I3: nothing of an old term enters after the fence, nor after a newer term's first record. */
	assert(writer == s);
	assert(LOST || TERM(r) >= highestTerm);
	if
	:: TERM(r) > begunTerm && KIND(r) == TERM_BEGIN ->
		/* No order deposes anybody but the source that it was given against, however late or often it comes. */
		assert(LOST || !(r & BY_ORDER) || TERM(r) == server[s].orderTerm + 1);
		/* Without an order nobody takes the role over another's term. */
		assert(LOST || (r & BY_ORDER) || lastWriter == s);
		lastWriter = s;
		begunTerm = TERM(r)
	:: else
	fi;
	highestTerm = TERM(r);
	/* I4: a log is opened again only when every registered replica has flushed what was in it. */
	assert(LOST || EPOCH(r) == lastEpoch[l] || FLUSHED_BY_ALL(lastEpoch[l]));
	lastEpoch[l] = EPOCH(r);
	/* I2, I7: a sequence stands for one write, for ever; a TermBegin voids what earlier terms left beyond its own. */
	if
	:: KIND(r) == WRITE ->
		assert(LOST || logged[SEQ(r)] == 0 || logged[SEQ(r)] == CONTENT(r));
		logged[SEQ(r)] = CONTENT(r)
#if REFUSALS
	:: KIND(r) == TERM_BEGIN && TERM(r) > lastBegun ->
		lastBegun = TERM(r);
		voidBeyond(1); voidBeyond(2); voidBeyond(3)
#endif
	:: else
	fi;
	l = 0;
	r = 0
}

#define IS_LEFT(r) (CHAIN.sealed && EPOCH(r) <= CHAIN.epoch && SEQ(r) <= CHAIN.seq && TERM(r) <= CHAIN.term)


#if LOSSES
#define FITS(r) (IS_LEFT(r) || ((TERM(r) == CHAIN.term || (KIND(r) == TERM_BEGIN && TERM(r) == CHAIN.term + 1)) && \
	(KIND(r) == WRITE -> FITS_WRITE(r) : (KIND(r) == EPOCH_END -> FITS_END(r) : FITS_OPENING(r)))))
#define FITS_WRITE(r) (SEQ(r) <= CHAIN.seq || (SEQ(r) == CHAIN.seq + 1 && EPOCH(r) == CHAIN.epoch && !CHAIN.sealed))
#define FITS_END(r) (EPOCH(r) == CHAIN.epoch && !CHAIN.sealed && SEQ(r) == CHAIN.seq)
#define FITS_OPENING(r) ((!CHAIN.sealed && EPOCH(r) == CHAIN.epoch && TERM(r) == CHAIN.term && SEQ(r) <= CHAIN.seq) || \
	(SEQ(r) == CHAIN.seq && EPOCH(r) == CHAIN.epoch + CHAIN.sealed && \
	(KIND(r) == TERM_BEGIN) == (TERM(r) == CHAIN.term + 1) && (CHAIN.sealed || KIND(r) == TERM_BEGIN)))

/* The write to which a torn flush was going comes, and those up to it are others than it had. */
#define WAS(number, r) (number == SEQ(r) -> CONTENT(r) : S.took[number])
#define DIFFERS(number, r) (S.torn[number] != 0 && S.torn[number] != WAS(number, r))
#ifdef DIRTY_BY_NUMBER
#define IS_REDONE_OTHERWISE(r) false
#else
#define IS_REDONE_OTHERWISE(r) (KIND(r) == WRITE && SEQ(r) == CHAIN.seq + 1 && SEQ(r) == S.dirtyTo && \
	(DIFFERS(1, r) || DIFFERS((WRITES + 1) / 2, r) || DIFFERS(WRITES, r)))
#endif

/* A place is on the chain: its logs reach that far, and the record before it is the one that was taken. */
#define LAST_LOG(p) (p.sealed -> OTHER(p.log) : p.log)
#define LAST_OFFSET(p) ((p.sealed -> p.trailEnd[LAST_LOG(p)] : p.next) - 1)
#ifdef POSITION_BY_NUMBER
#define NUMBERS 252
#define IS_SAME(r, other) (((r) & NUMBERS) == ((other) & NUMBERS))
#else
#define IS_SAME(r, other) ((r) == (other))
#endif
#define IS_ON_CHAIN(p) (ring[p.log].end >= p.next && (p.epoch == 0 || \
	(ring[LAST_LOG(p)].end > LAST_OFFSET(p) && (LAST_OFFSET(p) < ring[LAST_LOG(p)].start || \
	IS_SAME(ring[LAST_LOG(p)].at[LAST_OFFSET(p)], p.last)))))

/* It says GAP or DIVERGED, and changes nothing more. */
inline stop() {
	emptyQueue(s);
	S.phase = STOPPED
}

/*
 * I2: what stands in the log before the write that is applied is what the replica took, and no other history. Whoever
 * has passed the log that lost records holds another seal of its epoch than others do, which the tracker says.
 */
inline requireOneHistory() {
	i = CHAIN.first;
	do
	:: CHAIN.log == lostLog && i < CHAIN.next ->
		w = ring[CHAIN.log].at[i];
		assert(KIND(w) != WRITE || EPOCH(w) != CHAIN.epoch || S.took[SEQ(w)] == CONTENT(w));
		i++
	:: else -> break
	od;
	i = 0;
	w = 0
}

/* I2: a torn flush left nothing of another history, once the images are said to hold all up to the chain's place. */
inline requireNoStray() {
	i = 1;
	do
	:: i <= S.dirtyTo ->
		assert(S.torn[i] == 0 || S.torn[i] == S.took[i]);
		S.torn[i] = 0;
		i++
	:: else -> break
	od;
	i = 0
}

inline keepTaken() {
	i = 1;
	do
	:: i <= CHAIN.seq -> S.kept[i] = S.took[i]; i++
	:: else -> break
	od;
	i = 0
}

inline tearTaken() {
	i = POSITION.seq + 1;
	do
	:: i <= CHAIN.seq -> S.torn[i] = (S.torn[i] == 0 -> S.took[i] : S.torn[i]); i++
	:: else -> break
	od;
	i = 0
}

#define MAY_LOSE(x, count) (losses > 0 && newest[x] >= (count) && ring[x].end >= ring[x].start + (count))

/* Brokers lose the records that came in last, all copies of them at once. */
inline lose(x, count) {
	losses--;
	lostLog = x;
	newest[0] = 0;
	newest[1] = 0;
	i = 0;
	do
	:: i < count ->
		ring[x].end--;
		ring[x].at[ring[x].end] = 0;
		i++
	:: else -> break
	od;
	i = 0;
	loseOf(0, x);
	loseOf(1, x)
}

inline loseOf(y, x) {
	if
	:: server[y].chain.log == x && server[y].chain.next > ring[x].end -> server[y].cut = 1
	:: else
	fi;
	/* What its writer has not heard of, it sends again; what a dead one had on the wire is gone with the brokers. */
	if
	:: server[y].phase != SERVES -> emptyQueue(y)
	:: server[y].phase == SERVES && server[y].taken > 0 && server[y].queueLog[0] == x && server[y].queueOffset[0] >= ring[x].end ->
		server[y].taken = 0
	:: server[y].phase == SERVES && server[y].taken > 1 && server[y].queueOffset[0] < ring[x].end &&
		server[y].queueLog[1] == x && server[y].queueOffset[1] >= ring[x].end ->
		server[y].taken = 1
	:: else
	fi
}
#endif

inline voidBeyond(number) {
	if
	:: number <= WRITES && number > SEQ(r) ->
		/* I1, I2: nothing of that was acknowledged, or is in an image. */
		assert(acknowledged < number);
		assert(server[0].flushed.seq < number && server[1].flushed.seq < number);
		logged[number] = 0
	:: else
	fi
}

/* Brokers refuse a writer's next record and go on with the one behind it. */
inline refuse(s) {
	refusals--;
	S.queueOffset[S.taken] = REFUSED;
	S.taken++
}

/*
 * What stands behind a record that the log has not: further on than the chain, but by no more than a writer sends before
 * it hears of anything. It comes again behind the missing one, or a TermBegin voids it: a reader passes it over.
 */
#define IS_NEXT_TERM (TERM(r) == CHAIN.term + 1)
#define IS_NEXT_EPOCH (EPOCH(r) == CHAIN.epoch + CHAIN.sealed)
#define STANDS_BEHIND_HOLE (!OPENS(r) && IS_NEXT_EPOCH && SEQ(r) >= CHAIN.seq && \
	((TERM(r) == CHAIN.term && (CHAIN.sealed || SEQ(r) > CHAIN.seq + (KIND(r) == WRITE))) || IS_NEXT_TERM))

/*
 * The chain takes the record at its place. What is not the next of the mirror, a repetition or behind a hole is a
 * violation, but where brokers lost records: there the replica stops, and says so.
 */
inline take() {
	r = ring[CHAIN.log].at[CHAIN.next];
#if LOSSES
	if
	:: FITS(r) && !IS_REDONE_OTHERWISE(r) ->
		CHAIN.last = r;
		takeFitting()
	:: else -> stop()
	fi;
#else
	takeFitting();
#endif
	r = 0
}

inline takeFitting() {
	if
#if REFUSALS && !defined(STOP_AT_HOLE)
	:: STANDS_BEHIND_HOLE -> passOver()
#endif
	:: IS_LEFT(r) ->
		CHAIN.next++		/* left from an earlier epoch of this log */
	:: else ->
		assert(TERM(r) == CHAIN.term || (KIND(r) == TERM_BEGIN && TERM(r) == CHAIN.term + 1));
		if
		:: KIND(r) == WRITE -> takeWrite()
		:: KIND(r) == EPOCH_END -> takeEnd()
		:: OPENS(r) -> takeOpening()
		fi
	fi
}

inline passOver() {
#ifdef TAKE_BEHIND_HOLE
	if
	:: KIND(r) == WRITE && TERM(r) == CHAIN.term && !CHAIN.sealed -> apply(r)
	:: else
	fi;
#endif
#ifdef KEEP_BEHIND_HOLE
	if
	:: KIND(r) == WRITE && SEQ(r) == CHAIN.seq + 2 && !CHAIN.sealed -> CHAIN.behind = r
	:: else
	fi;
#endif
	CHAIN.next++
}

/* I2: a replica holds all writes up to a number, those that the log says now. */
inline apply(change) {
	assert(SEQ(change) == CHAIN.seq + 1);
	assert(LOST || logged[SEQ(change)] == CONTENT(change));
	CHAIN.seq++
}

inline takeWrite() {
	if
	:: SEQ(r) <= CHAIN.seq		/* sent twice */
	:: else ->
		assert(EPOCH(r) == CHAIN.epoch && !CHAIN.sealed);
#if LOSSES
		requireOneHistory();
		S.took[SEQ(r)] = CONTENT(r);
#endif
		apply(r);
#ifdef KEEP_BEHIND_HOLE
		if
		:: CHAIN.behind != 0 && SEQ(CHAIN.behind) == CHAIN.seq + 1 -> apply(CHAIN.behind); CHAIN.behind = 0
		:: else
		fi
#endif
	fi;
	CHAIN.next++
}

inline takeEnd() {
	assert(EPOCH(r) == CHAIN.epoch && !CHAIN.sealed && SEQ(r) == CHAIN.seq);
	CHAIN.sealed = 1;
	CHAIN.trailEnd[CHAIN.log] = CHAIN.next + 1;
	CHAIN.log = NEXT_LOG(r);
	CHAIN.next = NEXT_OFFSET(r)
}

inline takeOpening() {
	if
	:: !CHAIN.sealed && EPOCH(r) == CHAIN.epoch && TERM(r) == CHAIN.term ->
		assert(SEQ(r) <= CHAIN.seq)	/* sent twice */
	:: else ->
		assert(SEQ(r) == CHAIN.seq && EPOCH(r) == CHAIN.epoch + CHAIN.sealed);
		assert((KIND(r) == TERM_BEGIN) == (TERM(r) == CHAIN.term + 1));
		assert(CHAIN.sealed || KIND(r) == TERM_BEGIN);
		if
		:: CHAIN.sealed ->
			CHAIN.sealed = 0;
#if LOSSES
			CHAIN.first = CHAIN.next;
#endif
			CHAIN.epoch++;
			CHAIN.trailEpoch[CHAIN.log] = CHAIN.epoch;
			CHAIN.trailEnd[CHAIN.log] = 0
		:: else
		fi;
		if
		:: KIND(r) == TERM_BEGIN ->
			CHAIN.term = TERM(r);
			CHAIN.writer = WRITER(r)
		:: else
		fi
	fi;
	CHAIN.next++
}

/* A follower reads on. */
inline follow() {
	/* I4: nothing is deleted that a replica has still to read. */
	assert(LOST || CHAIN.next >= ring[CHAIN.log].start);
#if LOSSES
	if
	:: S.cut || CHAIN.next < ring[CHAIN.log].start -> stop()
	:: else -> take()
	fi
#else
	take()
#endif
}

/* The images hold all up to the chain's place, and the position file says so. */
inline flush() {
#if LOSSES
	if
	:: S.dirtyTo <= CHAIN.seq -> requireNoStray()
	:: else
	fi;
	keepTaken();
#endif
	copyPlace(CHAIN, POSITION);
	S.dirtyTo = (CHAIN.seq < S.dirtyTo -> S.dirtyTo : 0)
}

inline flushUnlessStopped() {
	if
	:: S.phase != STOPPED -> flush()
	:: else
	fi
}

/* A flush to the chain's place is cut short: the images hold some of it. */
inline tear() {
#if LOSSES
	tearTaken();
#endif
	S.dirtyTo = (CHAIN.seq > S.dirtyTo -> CHAIN.seq : S.dirtyTo)
}

inline begin(as) {
	copyPlace(POSITION, CHAIN);
	S.phase = as;
	S.promoted = 0;
	S.term = 0; S.epoch = 0; S.seq = 0; S.log = 0;
#if LOSSES
	S.cut = 0;
	i = 1;
	do
	:: i <= WRITES -> S.took[i] = (i <= POSITION.seq -> S.kept[i] : 0); i++
	:: else -> break
	od;
	i = 0;
	if
	:: !IS_ON_CHAIN(POSITION) -> stop()
	:: else
	fi
#endif
}

/*
 * Another's TermBegin, read beyond what the position file has, ends a role that the file states. Nothing else does: the
 * server's own TermBegin may be on the wire still.
 */
#ifdef SETTLE_EARLY
#define IS_SETTLED (CHAIN.writer != s)
#else
#define IS_SETTLED (CHAIN.writer != s && CHAIN.term > POSITION.term)
#endif
inline settle() {
	if
	:: S.isSource && IS_SETTLED ->
		S.reignEpoch = (CHAIN.epoch > S.reignEpoch -> CHAIN.epoch : S.reignEpoch);
		S.isSource = 0
	:: else
	fi
}

inline giveUpRole() {
	settle();
	begin(FOLLOWS)
}

/* It starts again, and takes the role if it had it. What was queued is on the wire: brokers may append it later. */
inline crash() {
	crashes--;
	begin((S.isSource -> STARTS : FOLLOWS))
}

inline tearAndCrashUnlessStopped() {
	if
	:: S.phase != STOPPED -> tear(); crash()
	:: else
	fi
}

/* From here on brokers refuse whoever wrote before, and what this server sent when it wrote before. */
inline takeFence() {
	S.id = ID_OF(S.knows);
	S.checked = 0;
	session[S.id] = s;
	writer = (S.id == (fence != FIRST) -> s : writer);
	emptyQueue(s);
	S.phase = FENCED
}

/* One that was fenced in by an id that does not count any more has fenced nobody: it begins again. */
inline checkFence() {
	if
	:: ID_OF(S.knows) == ID_OF(fence) && fence != CLOSING -> S.checked = 1
	:: else -> S.phase = STARTS
	fi;
	S.knows = fence
}

/* What brokers lost while it followed shows in the last record, or in the end of a torn flush that does not come. */
#if LOSSES && defined(NOT_REDONE)
#define IS_SOUND IS_ON_CHAIN(CHAIN)
#elif LOSSES && defined(NOT_LOOKED_AT_AGAIN)
#define IS_SOUND (S.dirtyTo <= CHAIN.seq)
#elif LOSSES
#define IS_SOUND (S.dirtyTo <= CHAIN.seq && IS_ON_CHAIN(CHAIN))
#else
#define IS_SOUND true
#endif
/* On its own TermBegin, the last one in the ring; or on an order, if no term has begun since that was given. */
#ifdef OBEY_OLD_ORDERS
#define HOLDS_ORDER S.promoted
#else
#define HOLDS_ORDER (S.promoted && CHAIN.term == S.orderTerm)
#endif
#ifdef RETAKE_OVER_HIGHER_TERM
#define IS_OWNER (CHAIN.writer == s || S.isSource)
#else
#define IS_OWNER (CHAIN.writer == s)
#endif
#define MAY_TAKE_ROLE ((IS_OWNER || HOLDS_ORDER) && CHAIN.term < TERMS)

/* Somebody hears that the server is fit, at the term of the source, and gives the order, which may come late and twice. */
inline giveOrder() {
	promotions--;
	S.ordersLeft = DELIVERIES;
	S.orderTerm = CHAIN.term
}

inline obey() {
	S.ordersLeft--;
	S.promoted = 1;
	S.phase = STARTS
}

inline beginTerm() {
	/* I1: all that was acknowledged is there, whoever died. */
	assert(LOST || CHAIN.seq >= acknowledged);
	/* A flush that was torn has been redone. */
	assert(S.dirtyTo <= CHAIN.seq);
#if LOSSES
	requireNoStray();
#endif
	S.dirtyTo = 0;
	S.term = CHAIN.term + 1;
	S.epoch = CHAIN.epoch + CHAIN.sealed;
	S.seq = CHAIN.seq;
	S.log = CHAIN.log;
	S.phase = SERVES;
	S.isSource = 1;
	r = (IS_OWNER -> 0 : BY_ORDER);
	enqueue(RECORD(TERM_BEGIN, S.term, S.epoch, S.seq) | BY(s) | r);
	r = 0
}

inline answer(number) {
	acknowledged = (number > acknowledged -> number : acknowledged)
}

inline write() {
	S.seq++;
	enqueue(RECORD(WRITE, S.term, S.epoch, S.seq) | VARIANT * LOST);
#ifdef ACK_BEFORE_LOG
	answer(S.seq)
#endif
}

/* The epoch goes on in the other log, if that was never used or is released. */
#define RELEASED_HERE MIN(released, LAST_SEALED(POSITION))
#define NEXT OTHER(S.log)
#define HAS_NEXT (CHAIN.trailEpoch[NEXT] == 0 || (CHAIN.trailEnd[NEXT] > 0 && CHAIN.trailEpoch[NEXT] <= RELEASED_HERE))

inline rotate() {
	enqueue(RECORD(EPOCH_END, S.term, S.epoch, S.seq) | ON_AT(NEXT, CHAIN.trailEnd[NEXT]))
}

/* A writer hears that its oldest record is in the log: its chain takes it, and a client is answered. */
inline acknowledge() {
	assert(LOST || (CHAIN.log == S.queueLog[0] && CHAIN.next <= S.queueOffset[0]));
#if LOSSES
	if
	:: CHAIN.log != S.queueLog[0] || CHAIN.next > S.queueOffset[0] -> stop()
	:: else ->
		CHAIN.next = S.queueOffset[0];
		take()
	fi;
	if
	:: S.phase != STOPPED -> answerOldest()
	:: else
	fi
#else
	CHAIN.next = S.queueOffset[0];
	take();
	answerOldest()
#endif
}

inline answerOldest() {
	r = S.queue[0];
	dequeue();
	if
	:: KIND(r) == WRITE ->
		/* I3: an old source, too, acknowledges only what the log has and had before the fence. */
		assert(LOST || logged[SEQ(r)] == r);
#ifdef NEVER_AFTER_NEW_TERM
		assert(TERM(r) == highestTerm);
#endif
		answer(SEQ(r))
	:: KIND(r) == EPOCH_END ->
		S.epoch++;
		S.log = NEXT_LOG(r);
		enqueue(RECORD(EPOCH_BEGIN, S.term, S.epoch, S.seq))
	:: else
	fi;
	r = 0
}

/* An append failed. What was on its way and is not in the log never will be; all is sent again as it was. */
inline sendAgain() {
	S.taken = 0;
	S.queueOffset[0] = 0;
	S.queueOffset[1] = 0;
	S.queueOffset[2] = 0;
#ifdef RENUMBER
	if
	:: KIND(S.queue[0]) == WRITE -> S.queue[0] = S.queue[0] | VARIANT
	:: else
	fi
#endif
}

/*
 * A writer that learns that it was fenced closes its clients' connections and reads on to the end of the ring. Whether it
 * is a destination then, or takes the role again, is for the last TermBegin to say: its own, or another's. One that was
 * ordered, and fenced before its TermBegin was in the log, holds on to the order: here once, in truth for its time to live.
 */
inline stepDown() {
	emptyQueue(s);
#ifdef FENCED_STAYS_AWAY
	S.isSource = 0;
	begin(FOLLOWS)
#else
	if
	:: S.promoted && retries > 0 ->
		retries--;
		begin(STARTS);
		S.promoted = 1
	:: else -> begin(STARTS)
	fi
#endif
}

/*
 * A destination deletes a released epoch, up to its end and never further; but not what it may have sealed itself: a seal
 * that was sent again stands twice, it may know the second, and others read on behind the first.
 */
#ifdef DELETE_OWN_SEALS
#define IS_OTHERS(l) true
#else
#define IS_OTHERS(l) (!S.isSource && POSITION.trailEpoch[l] > S.reignEpoch)
#endif
#define MAY_DELETE(l) (S.phase == FOLLOWS && IS_OTHERS(l) && \
	POSITION.trailEnd[l] > ring[l].start && POSITION.trailEpoch[l] <= RELEASED_HERE)

inline delete(l) {
	assert(FLUSHED_BY_ALL(POSITION.trailEpoch[l]));
#ifdef DELETE_TO_END
	ring[l].start = ring[l].end
#else
	ring[l].start = POSITION.trailEnd[l]
#endif
}

proctype Replica(byte s) {
	short r;
#if LOSSES
	byte i;
	short w;
#endif
end:	do
	/* Following, as a destination. What it holds and has not flushed changes nothing for others: it flushes at once. */
	:: d_step { S.phase == FOLLOWS && HAS_MORE -> follow(); settle(); flushUnlessStopped() }
	:: d_step { MAY_DELETE(0) -> delete(0) }
	:: d_step { MAY_DELETE(1) -> delete(1) }

	/*
	 * Taking the role: at a start, or promoted, or where it reads that the last term is its own. Follow to the end, fence,
	 * follow to the end once more.
	 */
	:: d_step { S.phase == FOLLOWS && !HAS_MORE && S.isSource && CHAIN.writer == s && CHAIN.term < TERMS ->
		S.phase = STARTS }
	:: d_step { S.phase == FOLLOWS && promotions > 0 && S.ordersLeft == 0 && 0 < CHAIN.term && CHAIN.term == highestTerm -> giveOrder() }
	:: d_step { S.phase == FOLLOWS && S.ordersLeft > 0 -> obey() }
	:: d_step { (S.phase == STARTS || S.phase == FENCED) && HAS_MORE -> follow() }
	:: d_step { S.phase == FENCED && IS_DIRTY -> flush() }
	:: d_step { S.phase == STARTS && !HAS_MORE && MAY_TAKE_ROLE -> S.phase = READY }
	:: d_step { S.phase == READY && S.knows != CLOSING && (ID_OF(S.knows) || !stuck) -> takeFence() }
#ifdef TRUST_OLD_DEFINITION
	:: d_step { S.phase == FENCED && !S.checked -> S.checked = 1 }
#else
	:: d_step { S.phase == FENCED && !S.checked -> checkFence() }
#endif
#ifdef READ_BEFORE_FENCE
	:: d_step { S.phase == FENCED && S.checked -> beginTerm() }
#else
	:: d_step { S.phase == FENCED && S.checked && !HAS_MORE && MAY_TAKE_ROLE && IS_SOUND &&
		POSITION.term == CHAIN.term -> beginTerm() }
#endif
#if LOSSES
	:: d_step { S.phase == FENCED && !HAS_MORE && !IS_SOUND -> stop() }
	:: d_step { S.phase != STOPPED && S.phase != SERVES && S.cut -> stop() }
#endif
	:: d_step { S.knows < fence && S.phase != FENCED -> S.knows = fence }
	:: d_step { (S.phase == STARTS || S.phase == FENCED) && !HAS_MORE && !MAY_TAKE_ROLE -> giveUpRole() }

	/* Serving. */
	:: d_step { MAY_QUEUE && S.seq < WRITES -> write() }
	:: d_step { MAY_QUEUE && S.epoch < EPOCHS && HAS_NEXT -> rotate() }
	:: d_step { S.phase == SERVES && S.taken > 0 && S.queueOffset[0] != REFUSED -> acknowledge() }
	:: d_step { S.phase == SERVES && CHAIN.sealed && IS_DIRTY -> flush() }
	:: d_step { S.phase == SERVES && failures > 0 && S.queued > 0 && !IS_FENCED -> failures--; sendAgain() }
	:: d_step { S.phase == SERVES && S.taken > 0 && S.queueOffset[0] == REFUSED && !IS_FENCED -> sendAgain() }
#ifdef RETAKE_BY_ITSELF
	:: d_step { S.phase == SERVES && failures > 0 && IS_FENCED -> failures--; session[S.id] = s; writer = s; sendAgain() }
#endif
	:: d_step { S.phase == SERVES && IS_FENCED -> stepDown() }

	/* A crash loses all but the position file; one in the middle of a flush leaves a mixture in the images. */
	:: d_step { crashes > 0 && S.phase != STOPPED -> crash() }
	:: d_step { crashes > 0 && S.phase != STOPPED && CHAIN.seq > POSITION.seq -> tear(); crash() }
	:: d_step { crashes > 0 && S.phase == FOLLOWS && HAS_MORE -> follow(); tearAndCrashUnlessStopped() }
#ifdef FLUSH_BEFORE_LOG
	:: d_step { crashes > 0 && S.phase == SERVES && S.queued > 0 -> S.dirtyTo = S.seq; crash() }
#endif
	od
}

proctype Brokers() {
	short r;
	byte l;
#if LOSSES
	byte i;
#endif
end:	do
	:: d_step { server[0].taken < server[0].queued && IS_ACCEPTED(0) -> enter(0) }
	:: d_step { server[1].taken < server[1].queued && IS_ACCEPTED(1) -> enter(1) }
#if LOSSES
	:: d_step { MAY_LOSE(0, 1) -> lose(0, 1) }
	:: d_step { MAY_LOSE(0, 2) -> lose(0, 2) }
	:: d_step { MAY_LOSE(0, 3) -> lose(0, 3) }
	:: d_step { MAY_LOSE(1, 1) -> lose(1, 1) }
	:: d_step { MAY_LOSE(1, 2) -> lose(1, 2) }
	:: d_step { MAY_LOSE(1, 3) -> lose(1, 3) }
#endif
#if REFUSALS
	:: d_step { refusals > 0 && server[0].taken < server[0].queued && IS_ACCEPTED(0) -> refuse(0) }
	:: d_step { refusals > 0 && server[1].taken < server[1].queued && IS_ACCEPTED(1) -> refuse(1) }
#endif
	od
}

/*
 * A power failure that leaves the first id's coordinator unable to end what is under way, and the verb that makes the
 * fence anew: nobody takes it; all whom the first id let in are ended at the logs; the second id counts.
 */
#if REFENCES > 0
proctype Refence() {
end:	do
	:: d_step { stucks > 0 -> stucks--; stuck = 1 }
	:: d_step { stuck -> stuck = 0 }
#ifdef REFENCE_AT_ONCE
	:: d_step { refences > 0 -> refences--; fence = STANDING }
	:: d_step { fence == STANDING && !ended -> session[0] = NOBODY; ended = 1 }
#else
	:: d_step { refences > 0 -> refences--; fence = CLOSING }
#ifdef LEAVE_OLD_WRITERS
	:: d_step { fence == CLOSING && !ended -> ended = 1 }
#else
	:: d_step { fence == CLOSING && !ended -> session[0] = NOBODY; ended = 1 }
#endif
	:: d_step { fence == CLOSING && ended -> fence = STANDING }
#endif
	od
}
#endif

/* Releases what all registered replicas have flushed, as far as it has heard: at any later time, and for ever. */
#ifdef RELEASE_EARLY
#define SAID(s) server[s].flushed.epoch
#else
#define SAID(s) LAST_SEALED(server[s].flushed)
#endif

#ifdef RELEASE_BY_ROLES
#define IS_SOURCE(s) (server[s].phase == SERVES)
byte said[2];			/* by role: destination, source */
proctype Tracker() {
end:	do
	:: d_step { said[IS_SOURCE(0)] < SAID(0) -> said[IS_SOURCE(0)] = SAID(0) }
	:: d_step { said[IS_SOURCE(1)] < SAID(1) -> said[IS_SOURCE(1)] = SAID(1) }
	:: d_step { released < MIN(said[0], said[1]) -> released = MIN(said[0], said[1]) }
	od
}
#else
proctype Tracker() {
end:	do
	:: d_step { released < MIN(SAID(0), SAID(1)) -> released = MIN(SAID(0), SAID(1)) }
	od
}
#endif

/* C13: where nothing more can happen, somebody serves, unless the model has run out of terms. */
proctype NobodyWaits() {
	timeout;
	assert(server[0].phase == SERVES || server[1].phase == SERVES || highestTerm == TERMS || LOST)
}

/* Not a property, but that the faults and what follows them are reached: this must be refuted. */
#ifdef GOAL
bit reached;
proctype Goal() {
	d_step {
		server[1].phase == SERVES && server[1].promoted && lastEpoch[0] == 3 && ring[0].start > 0 &&
		server[0].phase == FOLLOWS && server[0].flushed.epoch == 3 && acknowledged == WRITES && failures < FAILURES ->
		reached = 1;
		assert(!reached)
	}
}
#endif

init {
	atomic {
		/* Epoch 1 begins in log 0 at offset 0, as if a seal had named that place. */
		server[0].chain.sealed = 1;
		server[0].flushed.sealed = 1;
		server[1].chain.sealed = 1;
		server[1].flushed.sealed = 1;
		server[0].phase = STARTS;
		server[0].isSource = 1;
		server[1].phase = FOLLOWS;
		run Brokers();
		run Tracker();
#if REFENCES > 0
		run Refence();
#endif
#ifdef GOAL
		run Goal();
#endif
		run Replica(0);
		run Replica(1);
		run NobodyWaits()
	}
}
