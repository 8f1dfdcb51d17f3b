deps:
	@deploy/deps.sh build
.PHONY: deps
