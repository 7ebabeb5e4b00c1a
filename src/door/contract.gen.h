/*
 * contract.gen.h -- the contract itself, as the server answers it.
 *
 * Generated from the files in api/ by `make generate`; do not edit.
 */
#ifndef KITH_DOOR_CONTRACT_GEN_H
#define KITH_DOOR_CONTRACT_GEN_H

#include "base/str.h"

/* The documents at /v1/openapi.json and /v1/asyncapi.json, whole, in JSON. */
extern const struct kith_str kith_contract_openapi;
extern const struct kith_str kith_contract_asyncapi;

#endif
