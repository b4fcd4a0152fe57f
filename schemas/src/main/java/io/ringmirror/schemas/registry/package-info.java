/**
 * A small client of a schema registry's REST API (Confluent's, which others speak too). On a cluster the records of a
 * write's journey name their schema by an id from here; ids and schemas never change, so each is asked for once.
 */
package io.ringmirror.schemas.registry;
