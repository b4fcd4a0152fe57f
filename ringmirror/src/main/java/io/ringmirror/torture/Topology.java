package io.ringmirror.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which servers there are and which mirrors go between them.
 *
 * @param text as the user gave it
 * @param servers their names
 * @param routes the mirrors
 */
record Topology(String text, List<String> servers, List<Route> routes) {
    private static final int MOST = 8;
    private static final Pattern FORM = Pattern.compile("pair|both-ways|(circle|fan-out):(\\d)");

    /** A mirror, and where it goes at first. */
    record Route(String mirror, String source, List<String> destinations) {
        /** Every server that has a replica of it. */
        List<String> replicas() {
            List<String> replicas = new ArrayList<>(destinations);
            replicas.add(0, source);
            return replicas;
        }
    }

    Topology {
        servers = List.copyOf(servers);
        routes = List.copyOf(routes);
    }

    /** @throws IllegalArgumentException if there is no such topology */
    static Topology parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw unknown(text);
        }
        if (form.group(1) == null) {
            return text.equals("pair") ? fanOut(text, 1) : circle(text, 2);
        }
        int count = Integer.parseInt(form.group(2));
        int least = form.group(1).equals("circle") ? 2 : 1;
        if (count < least || count > MOST) {
            throw unknown(text);
        }
        return form.group(1).equals("circle") ? circle(text, count) : fanOut(text, count);
    }

    private static Topology circle(String text, int count) {
        List<Route> routes = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            routes.add(new Route("m" + i, server(i), List.of(server(i % count + 1))));
        }
        return new Topology(text, servers(count), routes);
    }

    private static Topology fanOut(String text, int destinations) {
        List<String> servers = servers(destinations + 1);
        Route route = new Route("m1", servers.get(0), servers.subList(1, servers.size()));
        return new Topology(text, servers, List.of(route));
    }

    private static List<String> servers(int count) {
        List<String> servers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            servers.add(server(i));
        }
        return servers;
    }

    private static String server(int number) {
        return "s" + number;
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("topology '" + text + "' is none of pair, both-ways, circle:N with 2 to "
                + MOST + " servers, fan-out:N with 1 to " + MOST + " destinations");
    }
}
