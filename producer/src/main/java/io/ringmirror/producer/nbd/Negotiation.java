package io.ringmirror.producer.nbd;

import io.netty.buffer.ByteBuf;
import io.ringmirror.producer.BlockDevice;
import io.ringmirror.schemas.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The haggling with one client: answers each option and remembers what it agreed to. Knows no network, so an answer is
 * only the replies and what comes after them. Used by one thread.
 */
final class Negotiation {
    private final Exports exports;
    private boolean noZeroes;
    private boolean structuredReplies;
    /** The export for which base:allocation was selected last. */
    private Optional<String> allocationContextOf = Optional.empty();

    Negotiation(Exports exports) {
        this.exports = exports;
    }

    /** What follows the replies to an option. */
    sealed interface Next {
        /** The client sends another option. */
        record GoOn() implements Next {}

        /** The client left; the connection is closed. */
        record Leave() implements Next {}

        /** The client cannot be told what is wrong; the connection is closed. */
        record Fail(String why) implements Next {}

        /** The transmission phase begins. */
        record Transmit(Agreement agreement) implements Next {}
    }

    /** What to send, in order, and what follows. */
    record Answer(List<ByteBuf> replies, Next next) {}

    void clientFlags(HandshakeDecoder.ClientFlags flags) {
        noZeroes = flags.noZeroes();
    }

    Answer answer(NbdOption message) {
        if (message instanceof NbdOption.ExportName option) {
            return exportName(option);
        } else if (message instanceof NbdOption.Info option) {
            return info(option);
        } else if (message instanceof NbdOption.ListExports option) {
            return list(option);
        } else if (message instanceof NbdOption.MetaContext option) {
            return metaContext(option);
        } else if (message instanceof NbdOption.StructuredReplies option) {
            structuredReplies = true;
            return goOn(OptionReplies.ack(option));
        } else if (message instanceof NbdOption.Abort option) {
            return new Answer(List.of(OptionReplies.ack(option)), new Next.Leave());
        } else if (message instanceof NbdOption.StartTls option) {
            return refuse(option, Protocol.REP_ERR_POLICY, "this server does not speak TLS");
        } else if (message instanceof NbdOption.Malformed option) {
            return malformed(option);
        }
        return refuse(message, Protocol.REP_ERR_UNSUP, "option " + message.code() + " is not known here");
    }

    private Answer exportName(NbdOption.ExportName option) {
        return find(option.name())
                .map(device -> new Answer(
                        List.of(OptionReplies.exportName(device, structuredReplies, noZeroes)), transmit(device)))
                .orElseGet(() -> new Answer(List.of(), new Next.Fail(noSuchExport(option.name()))));
    }

    private Answer info(NbdOption.Info option) {
        Optional<BlockDevice> found = find(option.name());
        if (found.isEmpty()) {
            return refuse(option, Protocol.REP_ERR_UNKNOWN, noSuchExport(option.name()));
        }
        BlockDevice device = found.get();
        List<ByteBuf> replies = new ArrayList<>();
        replies.add(OptionReplies.infoExport(option, device, structuredReplies));
        if (option.wanted().contains(Protocol.INFO_NAME)) {
            replies.add(OptionReplies.infoName(option, device));
        }
        if (option.wanted().contains(Protocol.INFO_DESCRIPTION)) {
            replies.add(OptionReplies.infoDescription(option, device));
        }
        replies.add(OptionReplies.infoBlockSize(option, device));
        replies.add(OptionReplies.ack(option));
        return new Answer(List.copyOf(replies), option.go() ? transmit(device) : new Next.GoOn());
    }

    private Answer list(NbdOption.ListExports option) {
        List<ByteBuf> replies = new ArrayList<>();
        exports.names().forEach(name -> replies.add(OptionReplies.server(option, name)));
        replies.add(OptionReplies.ack(option));
        return new Answer(List.copyOf(replies), new Next.GoOn());
    }

    /** "Metadata querying": a selection holds for one export, and the last one counts. */
    private Answer metaContext(NbdOption.MetaContext option) {
        if (!structuredReplies) {
            return refuse(
                    option, Protocol.REP_ERR_INVALID, "metadata contexts need structured replies; ask for them first");
        }
        Optional<BlockDevice> device = find(option.name());
        if (device.isEmpty()) {
            return refuse(option, Protocol.REP_ERR_UNKNOWN, noSuchExport(option.name()));
        }
        boolean named = option.queries().contains(Protocol.ALLOCATION_CONTEXT);
        boolean listed =
                !option.set() && (option.queries().isEmpty() || option.queries().contains("base:"));
        if (option.set()) {
            allocationContextOf = device.map(BlockDevice::name).filter(name -> named);
        }
        return named || listed
                ? goOn(OptionReplies.allocationContext(option), OptionReplies.ack(option))
                : goOn(OptionReplies.ack(option));
    }

    /** EXPORT_NAME is the one option that no reply can refuse. */
    private static Answer malformed(NbdOption.Malformed option) {
        String why = "option " + option.code() + ": " + option.why();
        return option.code() == Protocol.OPT_EXPORT_NAME
                ? new Answer(List.of(), new Next.Fail(why))
                : refuse(option, Protocol.REP_ERR_INVALID, why);
    }

    /** The empty name stands for the only export where there is only one. */
    private Optional<BlockDevice> find(String name) {
        if (!name.isEmpty()) {
            return exports.find(name);
        }
        List<String> names = exports.names();
        return names.size() == 1 ? exports.find(names.get(0)) : Optional.empty();
    }

    private String noSuchExport(String name) {
        return name.isEmpty()
                ? "there is no default export; name one of the "
                        + exports.names().size() + " that are listed"
                : "no export is named '" + Shown.of(name) + "'";
    }

    private Next transmit(BlockDevice device) {
        boolean allocationContext =
                allocationContextOf.filter(device.name()::equals).isPresent();
        return new Next.Transmit(new Agreement(device, structuredReplies, allocationContext));
    }

    private static Answer goOn(ByteBuf... replies) {
        return new Answer(List.of(replies), new Next.GoOn());
    }

    private static Answer refuse(NbdOption option, int error, String message) {
        return goOn(OptionReplies.error(option, error, message));
    }
}
